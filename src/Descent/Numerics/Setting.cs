using System.Globalization;

namespace Descent.Numerics;

/// <summary>The numbers that users set.</summary>
internal static class Setting
{
    /// <summary>Refuses one that is out of its range.</summary>
    /// <param name="holds">Whether it is within.</param>
    /// <param name="value">The number.</param>
    /// <param name="name">What the user calls it.</param>
    /// <param name="range">What it must be, as the error's sentence ends.</param>
    public static void Require(bool holds, double value, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name,
                string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}.")
            );
        }
    }

    /// <summary>Gives a number that may be any but an infinite one or none at all.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">What the user calls it.</param>
    public static double Finite(double value, string name)
    {
        Require(double.IsFinite(value), value, name, "a finite number");
        return value;
    }
}
