namespace ControlPlane.ProviderSimulator.Market;

/// <summary>SplitMix64: the same numbers from the same seed on every runtime.</summary>
internal struct SeededDice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A throw that depends on nothing but its arguments; 0 to below 1.</summary>
    public static double Once(ulong seed, string name, long number)
    {
        var dice = For(seed, name);
        dice._state += unchecked((ulong)number * 0xD1B54A32D192ED03);
        return dice.Next();
    }

    /// <summary>Dice of its own for a name.</summary>
    public static SeededDice For(ulong seed, string name)
    {
        var hash = 14695981039346656037UL ^ seed;
        foreach (var letter in name)
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        return new SeededDice(hash);
    }

    /// <summary>0 to below 1.</summary>
    public double Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }

    /// <summary>Normally distributed, mean 0, deviation 1 (Box and Muller).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());
}
