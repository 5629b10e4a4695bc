namespace ControlPlane.Grains.Secrets;

/// <summary>Which values can be told apart from ordinary text. Removing any other one by its value would make logs unreadable.</summary>
public static class SecretLength
{
    /// <summary>Shortest value that is recognised, in characters.</summary>
    public const int Shortest = 8;

    /// <summary>Shortest value of digits alone that is recognised: shorter ones are ports, counts and times.</summary>
    public const int ShortestOfDigits = 12;

    /// <summary>The rule, for a person.</summary>
    public const string Rule = "must have 8 characters or more, 12 if they are digits alone: a shorter one can't be kept out of logs";

    public static bool IsRecognised(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length >= (value.All(char.IsAsciiDigit) ? ShortestOfDigits : Shortest);
    }
}
