using System.Runtime.InteropServices;
using Descent.Backends;

namespace Descent.Optimizers;

/// <summary>The updates of a step that use one formula on one backend, to be done in one pass.</summary>
internal sealed class UpdateQueue
{
    private readonly List<UpdateBlock> blocks = [];
    private Backend? backend;
    private Formula? formula;

    /// <summary>Adds an update; those of another formula or backend are done first.</summary>
    public void Add<TKernel>(Backend on, in UpdateBlock block)
        where TKernel : struct, IUpdateKernel
    {
        if (backend != on || formula != Formula<TKernel>.Instance)
        {
            Run();
            (backend, formula) = (on, Formula<TKernel>.Instance);
        }

        blocks.Add(block);
    }

    /// <summary>Does what is queued.</summary>
    public void Run()
    {
        if (blocks.Count > 0)
        {
            formula!.Run(backend!, CollectionsMarshal.AsSpan(blocks));
            blocks.Clear();
        }
    }

    private abstract class Formula
    {
        public abstract void Run(Backend backend, ReadOnlySpan<UpdateBlock> blocks);
    }

    private sealed class Formula<TKernel> : Formula
        where TKernel : struct, IUpdateKernel
    {
        public static Formula<TKernel> Instance { get; } = new();

        public override void Run(Backend backend, ReadOnlySpan<UpdateBlock> blocks) => backend.Update<TKernel>(blocks);
    }
}
