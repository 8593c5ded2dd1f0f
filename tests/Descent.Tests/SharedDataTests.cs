using Xunit.Sdk;

namespace Descent.Tests;

public class SharedDataTests
{
    [Fact]
    public void What_is_there_is_found()
    {
        var file = SharedData.Require("mnist", "t10k-labels-idx1-ubyte.gz");

        Assert.True(File.Exists(file));
    }

    [Fact]
    public void What_is_absent_skips_and_says_what_to_set()
    {
        // xunit's own Throws and Record let a skip through to the runner.
        var message = "";
        try
        {
            SharedData.Require("no", "such.file");
        }
        catch (SkipException skip)
        {
            message = skip.Message;
        }

        Assert.Contains(Path.Combine("no", "such.file"), message, StringComparison.Ordinal);
        Assert.Contains(SharedData.Variable, message, StringComparison.Ordinal);
    }
}
