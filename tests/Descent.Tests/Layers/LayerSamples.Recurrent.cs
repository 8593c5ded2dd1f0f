using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Recurrences() =>
        RecurrentOptions.ByClass.Select(made =>
            KeyValuePair.Create(
                made.Key,
                from options in RecurrentOptions.Drawn
                from batch in From(1, 3)
                from length in From(1, 4)
                select new LayerSample(() => made.Value(options), [batch, length, options.Inputs])
            )
        );
}
