namespace ControlPlane.SampleBots.Providers;

/// <summary>A call to a provider that brought nothing. Holds our own words only, never what the provider said.</summary>
internal sealed class ProviderCallException(string provider, string code) : Exception($"{provider}: {code}")
{
    public string Provider { get; } = provider;

    /// <summary><c>timeout</c>, <c>unreachable</c>, <c>unreadable</c>, <c>no_key</c> or <c>http_503</c> and its like.</summary>
    public string Code { get; } = code;

    /// <summary>Whether the provider may have done what it was asked for all the same.</summary>
    public bool OutcomeUnknown => Code is "timeout" or "unreachable" or "unreadable" || Code.StartsWith("http_5", StringComparison.Ordinal);
}
