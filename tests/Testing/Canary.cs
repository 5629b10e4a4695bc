namespace ControlPlane.Testing;

/// <summary>A made-up secret that can be recognised wherever it turns up. Its random part is what must never be seen: a prefix that
/// tells the provider may stand in help texts.</summary>
/// <param name="Name">The variable it is planted in.</param>
/// <param name="Prefix">The provider's own beginning of a key, or empty.</param>
/// <param name="Random">The part that only this canary has.</param>
public sealed record Canary(string Name, string Prefix, string Random)
{
    public string Value => Prefix + Random;

    /// <summary>Not the value: a test's own output must be clean as well.</summary>
    public override string ToString() => $"canary {Name}";
}
