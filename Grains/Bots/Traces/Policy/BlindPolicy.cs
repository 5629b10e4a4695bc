using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>Whether a bot has gone blind. The bot needs enough gaps between signals. It is blind once the cycles since its last signal exceed two
/// limits. One is a multiple of the 95th percentile (nearest rank) of its last gaps, the other a minimum number of cycles. Without enough gaps nothing is
/// claimed.</summary>
public static class BlindPolicy
{
    /// <summary>Gaps that count: the last ones, so that what is usual may change.</summary>
    public const int KeptGaps = 100;

    public static BlindSpot? Evaluate(BotActivity? activity, TraceOptions options)
    {
        if (activity is null or { Cycles: 0 }) return null;
        var since = activity.CyclesSinceSignal;
        if (activity.Gaps < options.BlindMinGaps || activity.GapP95 is not { } usual)
        {
            return new(false, since, null, activity.LastSignalAt, $"{activity.Gaps} pauses between signals are known; {options.BlindMinGaps} are needed to say what is usual.");
        }

        var blind = since > usual * options.BlindFactor && since > options.BlindMinCycles;
        var factor = options.BlindFactor.ToString("0.##", CultureInfo.InvariantCulture);
        return new(
            blind,
            since,
            usual,
            activity.LastSignalAt,
            blind
                ? $"It may not see the market: no signal for {since} cycles, more than {factor} times what is usual. Of its last {activity.Gaps} pauses between signals 95 % took {usual} cycles or fewer."
                : $"{since} cycles since the last signal. Of its last {activity.Gaps} pauses between signals 95 % took {usual} cycles or fewer.");
    }

    /// <summary>Nearest rank: the smallest gap that 95 % of the gaps do not exceed; null without gaps.</summary>
    /// <param name="signals">Ordinals of cycles with a signal, newest first.</param>
    public static (int Gaps, long? P95) Usual(IReadOnlyList<long> signals)
    {
        var gaps = signals.Zip(signals.Skip(1), (later, earlier) => later - earlier).Take(KeptGaps).Order().ToArray();
        return gaps.Length == 0 ? (0, null) : (gaps.Length, gaps[((gaps.Length * 95) + 99) / 100 - 1]);
    }
}
