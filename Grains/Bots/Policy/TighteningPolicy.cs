using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>Whether a change of a bot's configuration only tightens it. In doubt it does not.</summary>
internal static class TighteningPolicy
{
    /// <summary>What loosens from <paramref name="before"/> (the defaults of a new bot when null) to <paramref name="after"/>, or null.</summary>
    /// <param name="defaults">Limits that hold for a bot without its own.</param>
    public static string? Loosens(BotSpec? before, BotSpec after, ImmutableSortedDictionary<string, decimal> defaults)
    {
        if (after.Mode == TradingMode.Live && before?.Mode != TradingMode.Live) return "mode live";
        if (before is not null && DropsRequirement(before.Requires, after.Requires)) return "dropping a requirement";
        foreach (var name in after.RiskLimits.Keys.Concat(before?.RiskLimits.Keys ?? []).Distinct(StringComparer.Ordinal))
        {
            var was = Limit(before?.RiskLimits, defaults, name);
            var becomes = Limit(after.RiskLimits, defaults, name);
            if (was is { } old && (becomes is not { } now || RiskLimitNames.Loosens(name, old, now))) return $"loosening the limit {name}";
        }

        if (before?.AllowedSymbols is { } symbols && !(after.AllowedSymbols?.IsSubsetOf(symbols) ?? false)) return "allowing more symbols";

        return TermsPolicy.Same(before?.Terms, after.Terms) ? null : "declaring instruments, aliases, may_use, currency or states_confidence";
    }

    /// <summary>An empty set means every gate, which no list of providers replaces.</summary>
    private static bool DropsRequirement(ImmutableSortedSet<string> before, ImmutableSortedSet<string> after) =>
        before.IsEmpty ? !after.IsEmpty : !after.IsSupersetOf(before);

    private static decimal? Limit(ImmutableSortedDictionary<string, decimal>? own, ImmutableSortedDictionary<string, decimal> defaults, string name) =>
        own is not null && own.TryGetValue(name, out var value) ? value : defaults.TryGetValue(name, out var standard) ? standard : null;
}
