using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots;

/// <summary>What the audit log keeps of a registration: what it changes, null for what it leaves.</summary>
internal static class RegistrationDetails
{
    public static (string Name, string? Value)[] Of(BotRegistration registration) =>
    [
        ("name", registration.Name),
        ("mode", registration.Mode?.ToString().ToLowerInvariant()),
        ("requires", registration.Requires is null ? null : string.Join(',', registration.Requires)),
        ("risk_limits", registration.RiskLimits is null ? null : string.Join(',', registration.RiskLimits.Select(limit => FormattableString.Invariant($"{limit.Key}={limit.Value}")))),
        ("allowed_symbols", registration.AllowedSymbols is null ? null : string.Join(',', registration.AllowedSymbols)),
        ("model", registration.Model),
        ("terms", registration.Terms is null ? null : string.Join(',', Policy.TermsPolicy.Parts(registration.Terms))),
    ];
}
