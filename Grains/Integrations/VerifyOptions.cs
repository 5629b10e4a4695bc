namespace ControlPlane.Grains.Integrations;

/// <summary><c>ControlPlane:Verify</c>: how verify calls are made and how long their verdicts stand.</summary>
public sealed class VerifyOptions
{
    public const string Section = "ControlPlane:Verify";

    /// <summary>Deadline of one verify, from resolving the name to the last byte. 0.1 to 120 s.</summary>
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>How long a good verdict stands. For a provider it is the larger of this and twice its minimum interval. 2 to 604,800 s.</summary>
    public double FreshnessSeconds { get; set; } = 900;

    /// <summary>Minimum time between two verifies of a provider; unset, each provider's own stands. 0 to 86,400 s.</summary>
    public double? MinIntervalSeconds { get; set; }

    /// <summary>Share of failed calls in 15 minutes from which a provider is degraded. Above 0, at most 1.</summary>
    public double ErrorRateDegraded { get; set; } = 0.25;

    /// <summary>Share of failed calls in 15 minutes below which a provider degraded for them is well again. Below <see cref="ErrorRateDegraded"/> it
    /// is so after <see cref="ErrorRateMinCalls"/> good calls in a row. Above 0, at most
    /// <see cref="ErrorRateDegraded"/>.</summary>
    public double ErrorRateRecovered { get; set; } = 0.15;

    /// <summary>Calls in 15 minutes below which the error rate says nothing. 1 or more.</summary>
    public int ErrorRateMinCalls { get; set; } = 20;

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        if (!(TimeoutSeconds is >= 0.1 and <= 120)) yield return "ControlPlane__Verify__TimeoutSeconds: must be a number from 0.1 to 120.";
        if (!(FreshnessSeconds is >= 2 and <= 604_800)) yield return "ControlPlane__Verify__FreshnessSeconds: must be a number from 2 to 604800.";
        if (MinIntervalSeconds is { } min && !(min is >= 0 and <= 86_400)) yield return "ControlPlane__Verify__MinIntervalSeconds: must be a number from 0 to 86400, or unset.";
        if (!(ErrorRateDegraded is > 0 and <= 1)) yield return "ControlPlane__Verify__ErrorRateDegraded: must be a number above 0 and at most 1.";
        if (!(ErrorRateRecovered > 0 && ErrorRateRecovered <= ErrorRateDegraded)) yield return "ControlPlane__Verify__ErrorRateRecovered: must be a number above 0 and at most ErrorRateDegraded.";
        if (ErrorRateMinCalls < 1) yield return "ControlPlane__Verify__ErrorRateMinCalls: must be a whole number of 1 or more.";
    }
}

/// <summary><c>ControlPlane:Integrations:{provider}</c>: the operator's own settings of one provider.</summary>
public sealed class IntegrationOptions
{
    public const string Section = "ControlPlane:Integrations";

    /// <summary>Replaces the provider's whole base, scheme to path prefix. Plain <c>http</c> only for loopback and
    /// for hosts and networks that <c>ControlPlane:Network:Allow</c> names.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>SHA-256 of the only certificate that is accepted, in hex, with or without colons: for gateways with a certificate of their own making.</summary>
    public string? CertificateSha256 { get; set; }

    /// <summary>True: the system is blocked while this provider is not connected.</summary>
    public bool Required { get; set; }

    /// <summary>True: an unknown right counts as implied. For keys whose rights the operator knows.</summary>
    public bool AcceptUnknown { get; set; }

    /// <summary>False: the provider is left out altogether.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two scheduled verifies; unset, a third of the freshness, but not below the minimum interval.</summary>
    public double? VerifyIntervalSeconds { get; set; }

    /// <summary>The pinned certificate in lower-case hex without colons; null when none is pinned.</summary>
    internal string? Certificate => string.IsNullOrWhiteSpace(CertificateSha256) ? null : CertificateSha256.Replace(":", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
}

/// <summary>All of <c>ControlPlane:Integrations</c>, by provider id.</summary>
public sealed record IntegrationSettings(IReadOnlyDictionary<string, IntegrationOptions> ByProvider)
{
    private static readonly IntegrationOptions s_default = new();

    public IntegrationOptions For(string provider) => ByProvider.GetValueOrDefault(provider) ?? s_default;
}
