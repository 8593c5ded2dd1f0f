using BenchmarkDotNet.Running;
using Descent.Microbenchmarks;

BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmark).Assembly).Run(args, new KernelConfig());
