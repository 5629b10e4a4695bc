using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Providers;

/// <summary>A call to a provider that brought nothing. Holds our own words only, never what the provider said.</summary>
internal sealed class ProviderCallException : Exception
{
    public const string Timeout = "timeout";
    public const string Unreachable = "unreachable";
    public const string Unreadable = "unreadable";
    public const string NoGateway = "no_gateway";
    public const string NoLease = "no_lease";

    /// <param name="code">One of the constants, or <c>http_503</c> and its like.</param>
    public ProviderCallException(string provider, string code)
        : base($"{provider}: {code}") => (Provider, Code) = (provider, code);

    /// <summary>The gateway did not pass the call on, or brought no answer back.</summary>
    /// <param name="refusal">The gateway's code.</param>
    /// <param name="evaluated">Whether it names rules that an order breaks.</param>
    public ProviderCallException(string provider, string refusal, bool evaluated)
        : this(provider, refusal) => (Refusal, IsRecorded) = (refusal, evaluated || refusal == Codes.LeaseFenced);

    public string Provider { get; }

    public string Code { get; }

    /// <summary>The gateway's code; null when the call got past it.</summary>
    public string? Refusal { get; }

    /// <summary>Whether the control plane has recorded the refusal of an order as a no-trade.</summary>
    public bool IsRecorded { get; }

    /// <summary>Whether the provider may have done what it was asked for all the same. After 408, 409 and 425 a request like it may be under way.</summary>
    public bool OutcomeUnknown => Refusal is null
        ? Code is Timeout or Unreachable or Unreadable or "http_408" or "http_409" or "http_425" || Code.StartsWith("http_5", StringComparison.Ordinal)
        : Refusal is Codes.ProviderUnreachable or Codes.IdReused or Codes.GatewayUnavailable or Codes.ControlPlaneUnreachable;
}
