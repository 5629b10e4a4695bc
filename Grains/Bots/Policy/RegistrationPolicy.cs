using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>The configuration after a registration, and what can't be registered.</summary>
internal static class RegistrationPolicy
{
    /// <param name="before">Null for a new bot. What the registration leaves stays as it is.</param>
    public static BotSpec After(BotSpec? before, BotRegistration registration) => new(
        registration.Name,
        registration.UserId ?? before?.UserId,
        registration.Requires ?? before?.Requires ?? [],
        registration.Mode ?? before?.Mode ?? TradingMode.Paper,
        registration.RiskLimits ?? before?.RiskLimits ?? RiskLimitNames.NoLimits,
        registration.AllowedSymbols is null ? before?.AllowedSymbols : AnySymbol(registration.AllowedSymbols) ? null : registration.AllowedSymbols,
        registration.Model ?? before?.Model,
        TermsPolicy.Merge(before?.Terms, registration.Terms));

    /// <summary>The refusal of what can't be registered by anybody; null when there is none.</summary>
    /// <param name="known">Whether a provider of this id is in the catalogue and enabled.</param>
    public static BotAnswer? Wrong(BotSpec spec, Func<string, bool> known)
    {
        if (spec.Requires.Concat(spec.Terms?.MayUse ?? []).Any(id => !known(id)))
        {
            return new(Codes.UnknownProvider, "A provider that it names is not in the catalogue, or is switched off.", null);
        }

        if (spec.RiskLimits.Any(l => !RiskLimitNames.IsValid(l.Key, l.Value)))
        {
            return new(Codes.InvalidRequest, $"risk_limits takes these names, with values from 0: {string.Join(", ", RiskLimitNames.All.Select(n => $"{n} (to {RiskLimitNames.Highest(n)})"))}.", null);
        }

        return TermsPolicy.Wrong(spec.Terms) is { } rule ? new(Codes.InvalidRequest, rule, null) : null;
    }

    private static bool AnySymbol(ImmutableSortedSet<string> symbols) => symbols is ["*"];
}
