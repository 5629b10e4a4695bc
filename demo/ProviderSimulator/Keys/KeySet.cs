namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>Values that together make one key of a provider.</summary>
internal sealed class KeySet(IReadOnlyDictionary<string, string> values, string state)
{
    private volatile string _state = state;

    public IReadOnlyDictionary<string, string> Values { get; } = values;

    public string State
    {
        get => _state;
        set => _state = value;
    }

    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>The secret that belongs to a key id: of <c>X_API_KEY</c> it is <c>X_API_SECRET</c>. Null when no variable holds the id.</summary>
    public string? SecretOf(string? keyId)
    {
        const string Key = "_API_KEY";
        var name = Values.FirstOrDefault(pair => pair.Value == keyId && pair.Key.EndsWith(Key, StringComparison.Ordinal)).Key;
        return name is null ? null : this[name[..^Key.Length] + "_API_SECRET"];
    }

    /// <summary>A token the user already holds, such as <c>TRADOVATE_ACCESS_TOKEN</c>; a refresh token opens no door by itself.</summary>
    public bool HoldsToken(string token) => Values.Any(pair =>
        pair.Value == token
        && pair.Key.EndsWith("_TOKEN", StringComparison.Ordinal)
        && !pair.Key.EndsWith("_REFRESH_TOKEN", StringComparison.Ordinal));

    public bool HasSameValues(IReadOnlyDictionary<string, string> others) =>
        Values.Count == others.Count && Values.All(pair => others.GetValueOrDefault(pair.Key) == pair.Value);
}
