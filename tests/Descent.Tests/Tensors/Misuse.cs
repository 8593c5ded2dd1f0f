namespace Descent.Tests.Tensors;

/// <summary>Asserts that an error is of the right type and says what a stranger needs.</summary>
internal static class Misuse
{
    internal static void Throws<TException>(Func<object?> act, params string[] phrases)
        where TException : Exception
    {
        var error = Assert.ThrowsAny<TException>(() => act());
        Assert.All(phrases, phrase => Assert.Contains(phrase, error.Message, StringComparison.Ordinal));
    }
}
