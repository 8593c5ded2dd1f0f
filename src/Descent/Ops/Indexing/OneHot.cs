namespace Descent;

public partial class Tensor
{
    /// <summary>Class numbers as rows of zeros with a one at the class: (…) → (…, classes).</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="dtype">The element type of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class number is negative or too large.</exception>
    public Tensor OneHot(int classes, DType dtype = DType.Float32)
    {
        var labels = Labels(this, classes, nameof(OneHot));
        var ones = Ones([checked((int)Count)], dtype).To(Device);
        var rows = Full(Device, [checked((int)Count), classes], 0, dtype);
        Backend.ScatterAddAlong(rows.View, 1, labels.Reshape([-1, 1]).View, ones.Reshape([-1, 1]).View);
        return rows.Reshape(Shape.Insert(^0, classes));
    }

    /// <summary>Checks class numbers and gives them as contiguous int64.</summary>
    internal static Tensor Labels(Tensor labels, int classes, string operation)
    {
        if (labels.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"{operation}: labels are int64 or int32 class numbers, found {labels.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        var numbers = labels.To(DType.Int64).Contiguous();
        var span = numbers.Read<long>();
        for (var index = 0; index < span.Length; index++)
        {
            if ((ulong)span[index] >= (ulong)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels),
                    $"{operation}: label {span[index]} (number {index}) is no class: there are {classes}, numbered 0 to {classes - 1}. Do the labels start at 1, or does the last layer have too few outputs?"
                );
            }
        }

        GC.KeepAlive(numbers);
        return numbers;
    }
}
