using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Bots.Traces;

/// <summary>What a bot's row shows of its traces. A bot that has recorded nothing has no figures; one that has, has counts, of which 0 is one.</summary>
internal sealed record BotFigures(
    DateTimeOffset? LastDecisionAt,
    long? Trades24h,
    decimal? Pnl24h,
    BlindSpot? Blind,
    ImmutableArray<Reason> Reasons,
    ImmutableArray<UnavailableField> Unavailable)
{
    /// <summary>Null when nothing was realised.</summary>
    public string? PnlCurrency { get; init; }

    private static readonly string[] s_fields = ["last_decision_at", "trades_24h", "pnl_24h", "blind"];

    public static BotFigures Of(BotActivity? activity, TraceOptions options, Currencies currencies, string? currency, DateTimeOffset now)
    {
        if (activity is null)
        {
            return new(null, null, null, null, [new(NoTradeCodes.DataMissing, Severity.Info, "This bot has recorded no decision, trade, no-trade or cycle yet.", "Let its runner post them.", now)], []);
        }

        var pnl = activity.Realised.IsEmpty ? null : currencies.Sum(activity.Realised, currency);
        var blind = BlindPolicy.Evaluate(activity, options);
        return new(
            activity.LastDecisionAt,
            activity.Trades,
            pnl,
            blind,
            blind is { Blind: true }
                ? [new(NoTradeCodes.NoSignal, Severity.Info, blind.Message, "Look at the bot's data and at its no-trades.", blind.Since ?? now)]
                : [],
            pnl is null && !activity.Realised.IsEmpty ? [new("pnl_24h", NoTradeCodes.DataMissing, now)] : []) { PnlCurrency = pnl is null ? null : currency ?? currencies.Default };
    }

    public static BotFigures Unreadable(DateTimeOffset since) =>
        new(null, null, null, null, [], [.. s_fields.Select(f => new UnavailableField(f, Codes.DataUnavailable, since))]);
}
