using Descent.Formats;
using Descent.Layers;
using Descent.Training;

namespace Descent.Tests.Training;

/// <summary>A run folder that cannot do its work says so before training starts.</summary>
public class RunFolderTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["seed"] = "1" };

    [Fact]
    public void A_folder_that_holds_a_model_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var model = new Linear(2, 2);
        model.Initialize(1);
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        run.SaveModel(model);
        var saved = File.ReadAllBytes(run.ModelPath);

        var problem = Assert.Throws<IOException>(() => RunFolder.Create(run.Path, Settings, new Linear(2, 2)));

        Assert.Contains(run.Path, problem.Message, StringComparison.Ordinal);
        Assert.Contains("holds a model already", problem.Message, StringComparison.Ordinal);
        Assert.Equal(saved, File.ReadAllBytes(run.ModelPath));
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");

        foreach (var path in (string[])[folder.File("file"), Path.Combine(folder.File("file"), "run")])
        {
            var problem = Assert.ThrowsAny<IOException>(() => RunFolder.Create(path, Settings, new Linear(2, 2)));
            Assert.Contains(folder.File("file"), problem.Message, StringComparison.Ordinal);
            Assert.Contains("folder", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("folders have no write permission bit on Windows");
            return;
        }

        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.SkipWhen(CanWrite(folder.File("closed")), "this user may write everywhere");

        var problem = Assert.ThrowsAny<IOException>(() =>
            RunFolder.Create(Path.Combine(folder.File("closed"), "run"), Settings, new Linear(2, 2))
        );

        Assert.Contains("cannot be written", problem.Message, StringComparison.Ordinal);
        Assert.Contains("another folder", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_fails_to_be_saved_leaves_the_one_that_was()
    {
        using var folder = new TemporaryFolder();
        var model = new Linear(2, 2);
        model.Initialize(1);
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        run.SaveModel(model);
        var saved = File.ReadAllBytes(run.ModelPath);
        Assert.Throws<InvalidOperationException>(() => run.SaveModel(new Broken()));

        Assert.Equal(saved, File.ReadAllBytes(run.ModelPath));
        Assert.Equal([2, 2], Safetensors.Read(run.ModelPath).Tensors["weight"].Shape);
        Assert.Equal(3, Directory.GetFiles(run.Path).Length);
    }

    private static bool CanWrite(string path)
    {
        try
        {
            File.WriteAllText(Path.Combine(path, "probe"), "");
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A module whose state cannot be taken.</summary>
    private sealed class Broken : Module
    {
        public readonly HashSet<Linear> hidden = [new(2, 2)];
    }
}
