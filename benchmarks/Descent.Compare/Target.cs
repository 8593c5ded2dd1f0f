namespace Descent.Compare;

/// <summary>A workload of the table beside the peer, and what it is held to.</summary>
/// <param name="Workload">The name on both sides.</param>
/// <param name="Faster">How many times faster than the peer it must be; null where nothing is asked.</param>
internal sealed record Target(string Workload, double? Faster)
{
    public const string Neighbors = "knn_l1_1000x5000x3072";
    public const string FirstStep = "first_step";
    public const string Adam = "optimizer_adam_25M";
    public const string CatsAndDogs = "catsdogs_cnn";
    public const string Transfer = "vgg16_transfer_b16";

    /// <summary>The same with the trunk's features computed once, beside the peer's plain way.</summary>
    public const string Precomputed = "vgg16_transfer_b16_precomputed";

    /// <summary>What the names of photographs' inference, which another runtime is measured at, have in them.</summary>
    public const string Inference = "_infer_b";

    /// <summary>How many times smaller the peak resident set at the first step must be.</summary>
    public const double FirstStepSmaller = 2;

    /// <summary>The share of the triad's bandwidth that Adam must reach.</summary>
    public const double AdamOfTriad = 0.85;

    /// <summary>How many times slower a workload may be without AVX-512, and a product of matrices.</summary>
    public const double Avx2Slower = 2.5;
    public const double Avx2ProductSlower = 2.2;

    /// <summary>How many times slower more threads than cores may be.</summary>
    public const double SweepSlower = 1.3;

    /// <summary>Whether a step takes so long that one turn a side has to do.</summary>
    public static bool IsLarge(string workload) =>
        workload.StartsWith("resnet", StringComparison.Ordinal)
        || workload.StartsWith("vgg", StringComparison.Ordinal)
        || workload == CatsAndDogs;

    public static IReadOnlyList<Target> All { get; } =
    [
        new("mlp_sgd_b1", 15),
        new("mlp_sgd_b10", 8),
        new("mlp_sgd_b100", 2.5),
        new("bank_mlp", 15),
        new("twolayer_cifar", 1.2),
        new("nielsen_cnn", 2),
        new("book_mnist_cnn", 4),
        new("lstm_many_to_one", 1.6),
        new("lstm_bidir", 1.6),
        new("gru_many_to_one", 1.6),
        new("rnn_tanh", 1.8),
        new("lstm_infer", 1.5),
        new(CatsAndDogs, 1.4),
        new("resnet18_train_b8", 1.15),
        new(Transfer, 1.2),
        new(Precomputed, null),
        new("resnet18_infer_b1", 1),
        new("resnet18_infer_b16", 1),
        new("vgg16_infer_b1", 1),
        new("vgg16_infer_b8", 1),
        new(Adam, 2),
        new("softmax_ce_256x10000", 2),
        new("batchnorm_32x64x56x56", 3),
        new(Neighbors, 15),
        new(FirstStep, 3),
    ];

    /// <summary>Workloads that arithmetic bounds, for the comparison of vector widths.</summary>
    public static IReadOnlyList<string> BoundByArithmetic { get; } =
    [
        "mlp_sgd_b10",
        "mlp_sgd_b100",
        "bank_mlp",
        "twolayer_cifar",
        "nielsen_cnn",
        "book_mnist_cnn",
        "softmax_ce_256x10000",
        Neighbors,
        "matmul_512",
        "matmul_1024",
    ];

    /// <summary>Workloads that are run on more threads than there are cores.</summary>
    public static IReadOnlyList<string> Swept { get; } = ["nielsen_cnn", "mlp_sgd_b100"];

    /// <summary>Thread counts of the sweep; the second is what the others are held against.</summary>
    public static IReadOnlyList<int> SweptThreads { get; } = [1, 2, 3, 4, 6, 8];

    public const int SweepReference = 2;
}
