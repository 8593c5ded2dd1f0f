namespace Descent.Layers;

/// <summary>Keeps the last output of chosen layers by their paths: for features, and for pictures of what a network sees.</summary>
/// <example><code>
/// using var outputs = new LayerOutputs(net, "features.0", "features.3");
/// net.Forward(images);
/// Tensor maps = outputs["features.3"];
/// </code></example>
public sealed class LayerOutputs : IDisposable
{
    private readonly List<IDisposable> hooks = [];
    private readonly Dictionary<string, Tensor> outputs = new(StringComparer.Ordinal);

    /// <summary>Begins to keep outputs, as copies that outlive a training step.</summary>
    /// <param name="network">The network.</param>
    /// <param name="paths">Paths of layers from the network.</param>
    /// <exception cref="KeyNotFoundException">A path is none of the network's.</exception>
    /// <exception cref="InvalidCastException">A path names a module that is no layer.</exception>
    public LayerOutputs(Module network, params ReadOnlySpan<string> paths)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = new List<(string Path, Layer Layer)>();
        foreach (var path in paths)
        {
            layers.Add((path, network.Find<Layer>(path)));
        }

        foreach (var (path, layer) in layers)
        {
            hooks.Add(layer.Hook(output => Keep(path, output.Detach().Clone())));
        }
    }

    /// <summary>The last output of a layer, without its history.</summary>
    /// <param name="path">One of the paths given at the start.</param>
    /// <exception cref="KeyNotFoundException">The layer is not watched or did not run yet.</exception>
    public Tensor this[string path]
    {
        get
        {
            lock (outputs)
            {
                return outputs.TryGetValue(path, out var output)
                    ? output
                    : throw new KeyNotFoundException(
                        $"No output of {path}: it was not asked for, or the network did not run since. There are outputs of {(outputs.Count == 0 ? "no layer" : string.Join(", ", outputs.Keys))}."
                    );
            }
        }
    }

    /// <summary>Stops keeping outputs.</summary>
    public void Dispose() => hooks.ForEach(hook => hook.Dispose());

    private void Keep(string path, Tensor output)
    {
        lock (outputs)
        {
            outputs[path] = output;
        }
    }
}
