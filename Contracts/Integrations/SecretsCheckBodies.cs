namespace ControlPlane.Contracts;

/// <summary>Values whose format is looked at. They are never stored, logged or echoed.</summary>
public sealed record SecretsCheckRequest
{
    public IReadOnlyDictionary<string, string?>? Values { get; init; }

    public override string ToString() => nameof(SecretsCheckRequest);
}

/// <summary>How the value for one name looks.</summary>
/// <param name="Known">Whether the provider knows a variable of this name.</param>
public sealed record SecretCheckRow(string Name, bool Known, SecretFormat Format, string? Hint);

/// <summary>The looks of all values.</summary>
/// <param name="Stored">Always false.</param>
/// <param name="Instructions">How to set the variables.</param>
public sealed record SecretsCheckAnswer(
    IReadOnlyList<SecretCheckRow> Results,
    bool Stored,
    IReadOnlyList<string> Instructions,
    string TraceId);
