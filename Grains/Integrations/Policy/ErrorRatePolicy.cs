using System.Collections.Immutable;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>A bot's failed calls that count against the provider, of all its calls, within 15 minutes.</summary>
/// <param name="OkInRow">How many of its newest calls did not, one after the other.</param>
internal sealed record BotCallCounts(string BotId, long Calls, long Against, long OkInRow);

/// <summary>Calls that fail too often, with the numbers from when that was noticed.</summary>
internal sealed record ErrorRateAlarm(long Failed, long Calls)
{
    public string Text => $"{Failed} of {Calls} calls within 15 minutes failed ({100 * Failed / Calls} %)";
}

/// <summary>What the calls say about a provider.</summary>
/// <param name="Alarms">By bot.</param>
/// <param name="Observed">The alarm over calls that were observed; null without one.</param>
/// <param name="Rate">The share that is shown: of what was observed, else of the bot that fares worst; null without calls.</param>
internal sealed record ErrorRateFinding(ImmutableSortedDictionary<string, ErrorRateAlarm> Alarms, ErrorRateAlarm? Observed, double? Rate, long Calls)
{
    public static ErrorRateFinding None { get; } = new(ImmutableSortedDictionary<string, ErrorRateAlarm>.Empty.WithComparers(StringComparer.Ordinal), null, null, 0);

    /// <summary>Evidence against the provider for all bots: observed calls, or two bots that agree.</summary>
    public ErrorRateAlarm? ForAll => Observed ?? (Alarms.Count > 1 ? new(Alarms.Values.Sum(a => a.Failed), Alarms.Values.Sum(a => a.Calls)) : null);
}

/// <summary>When failing calls turn a provider degraded, for whom, and when that is over. Reported calls count per bot. So no bot's good calls hide
/// another's bad ones, and one bot's invented calls affect no other bot.</summary>
internal static class ErrorRatePolicy
{
    /// <summary>The calls that the rate is taken from.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <param name="bots">Bots with a live lease.</param>
    /// <param name="observed">Calls that were seen rather than reported; null without any: then what bots say does not count at all.</param>
    public static ErrorRateFinding Next(ErrorRateFinding standing, IReadOnlyList<BotCallCounts> bots, BotCallCounts? observed, VerifyOptions options)
    {
        if (observed is { Calls: > 0 }) return ErrorRateFinding.None with { Observed = Next(standing.Observed, observed, options), Rate = Share(observed), Calls = observed.Calls };
        var alarms = ErrorRateFinding.None.Alarms.ToBuilder();
        foreach (var bot in bots)
        {
            if (Next(standing.Alarms.GetValueOrDefault(bot.BotId), bot, options) is { } alarm) alarms.Add(bot.BotId, alarm);
        }

        var worst = bots.OrderByDescending(bot => bot.Calls >= options.ErrorRateMinCalls).ThenByDescending(Share).ThenByDescending(bot => bot.Calls).FirstOrDefault();
        return new(alarms.ToImmutable(), null, worst is null ? null : Share(worst), worst?.Calls ?? 0);
    }

    /// <summary>An alarm ends when the share is well below its threshold. It also ends when the share is below the threshold and the newest calls, as
    /// many as raise an alarm, all succeeded.</summary>
    public static ErrorRateAlarm? Next(ErrorRateAlarm? standing, BotCallCounts counts, VerifyOptions options)
    {
        if (counts.Calls == 0) return null;
        var share = Share(counts);
        if (standing is not null)
        {
            var over = share < options.ErrorRateRecovered || (share < options.ErrorRateDegraded && counts.OkInRow >= options.ErrorRateMinCalls);
            return over ? null : standing;
        }

        return counts.Calls >= options.ErrorRateMinCalls && share >= options.ErrorRateDegraded ? new(counts.Against, counts.Calls) : null;
    }

    private static double Share(BotCallCounts counts) => (double)counts.Against / counts.Calls;
}
