namespace Descent;

public partial class Tensor
{
    /// <summary>Sequences (N, C, L) as pictures of one row, (N, C, 1, L), which the operations in two dimensions take.</summary>
    internal Tensor AsRows(string operation)
    {
        RequireSequences(operation);
        return Unsqueeze(2);
    }

    internal void RequireSequences(string operation)
    {
        RequireFloating(operation);
        if (Rank != 3)
        {
            throw new ShapeException(
                $"{operation}: needs sequences (N, C, L), found {Shape}{Tape.InLayer}. A single sequence needs a batch axis of 1: Unsqueeze(0)."
            );
        }
    }

    /// <summary>The places of each channel in one axis, (N, C, …) as (N, C, L), for what looks at all of them.</summary>
    internal Tensor AsChannels(string operation)
    {
        RequireFloating(operation);
        var places = Rank < 3 ? this : Flatten(2);
        return Rank >= 3 && places.Shape[2] > 0
            ? places
            : throw new ShapeException(
                $"{operation}: needs (N, C, …) with one place or more, found {Shape}{Tape.InLayer}. A single sample needs a batch axis of 1: Unsqueeze(0)."
            );
    }
}
