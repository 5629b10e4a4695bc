using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>A bot; what has no data is null.</summary>
public record BotRow
{
    public required string BotId { get; init; }
    public required string Name { get; init; }

    /// <summary>Null for a bot from before it was kept.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }
    public string? UserId { get; init; }
    public required TradingMode Mode { get; init; }

    /// <summary>Ids of providers; empty means every gate.</summary>
    public required IReadOnlyList<string> Requires { get; init; }
    public required IReadOnlyDictionary<string, decimal> RiskLimits { get; init; }

    /// <summary>The only symbols that the bot may open; null means any.</summary>
    public IReadOnlyList<string>? AllowedSymbols { get; init; }
    public string? Model { get; init; }

    /// <summary>By symbol: what one unit of an order is.</summary>
    public IReadOnlyDictionary<string, InstrumentRow> Instruments { get; init; } = new Dictionary<string, InstrumentRow>();

    /// <summary>Other names of symbols.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Ids of providers that it may use beside those that it requires.</summary>
    public IReadOnlyList<string> MayUse { get; init; } = [];

    /// <summary>Null for the control plane's default.</summary>
    public string? Currency { get; init; }
    public bool StatesConfidence { get; init; } = true;
    public required SystemStatus Readiness { get; init; }
    public required IReadOnlyList<BlockerRow> Blockers { get; init; }
    public required IReadOnlyList<PathStepRow> PathToOk { get; init; }
    public required AutonomyTier Tier { get; init; }

    /// <summary>0 to 100; null without enough evidence.</summary>
    public double? Score { get; init; }
    public required RunnerRow Runner { get; init; }
    public required KillSwitchRow KillSwitch { get; init; }
    public required LiveTradingRow Live { get; init; }

    /// <summary>The one generation of which the bot's own token is taken.</summary>
    public long Generation { get; init; }
    public DateTimeOffset? LastDecisionAt { get; init; }

    /// <summary>Trades opened within the last 24 hours; null for a bot that has recorded nothing ever.</summary>
    [JsonPropertyName("trades_24h")]
    public long? Trades24h { get; init; }

    /// <summary>Realised over the last 24 hours; null when nothing was.</summary>
    [JsonPropertyName("pnl_24h")]
    public decimal? Pnl24h { get; init; }

    /// <summary>Of the profit; null when nothing was realised.</summary>
    public string? PnlCurrency { get; init; }

    /// <summary>Null while the bot has reported no cycle.</summary>
    public BlindRow? Blind { get; init; }

    /// <summary>What informs and blocks nothing: RUNNER_DOWN, NO_SIGNAL for a blind bot, DATA_MISSING for one that has recorded nothing.</summary>
    public IReadOnlyList<ReasonRow> Reasons { get; init; } = [];

    /// <summary>Figures of this row that could not be read.</summary>
    public IReadOnlyList<UnavailableRow> Unavailable { get; init; } = [];
}

/// <summary>A bot's runner.</summary>
/// <param name="Epoch">Epoch of the last lease; 0 before the first.</param>
public sealed record RunnerRow(RunnerState State, string? RunnerId, long Epoch, DateTimeOffset? LastHeartbeatAt)
{
    /// <summary>What it must do now; null without a live lease.</summary>
    public Directive? Directive { get; init; }

    /// <summary>The directive in the answer to its last heartbeat; null before the first of the lease.</summary>
    public Directive? DirectiveHeard { get; init; }
}

/// <summary>A page of bots in the order of their ids.</summary>
/// <param name="Next">The value of <c>before</c> for the next page, or null at the end.</param>
public sealed record BotsAnswer(
    DateTimeOffset AsOf,
    IReadOnlyList<BotRow> Bots,
    string? Next,
    IReadOnlyList<UnavailableRow> Unavailable,
    string TraceId);

/// <summary>The answer to a deletion.</summary>
/// <param name="Deleted">Always true.</param>
public sealed record BotDeletedAnswer(string BotId, bool Deleted, string TraceId);

/// <summary>The answer to a revocation of a bot's own token.</summary>
/// <param name="Generation">Of the token that counts from now on.</param>
public sealed record BotTokenRevokedAnswer(string BotId, long Generation, string TraceId);

/// <summary>One bot.</summary>
public sealed record BotAnswerBody : BotRow
{
    public BotAnswerBody()
    {
    }

    /// <summary>All of the row, and what this answer has besides.</summary>
    [SetsRequiredMembers]
    public BotAnswerBody(BotRow row, DateTimeOffset asOf, IReadOnlyList<string>? gatewayProviders, string traceId)
        : base(row)
    {
        AsOf = asOf;
        GatewayProviders = gatewayProviders;
        TraceId = traceId;
    }

    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Ids of the providers that the bot reaches through the gateway; null when that is not known.</summary>
    public IReadOnlyList<string>? GatewayProviders { get; init; }
    public required string TraceId { get; init; }
}
