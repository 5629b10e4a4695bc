using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Registers or updates a bot. What is absent stays as it is, or takes its default on the first call.</summary>
public sealed record BotRegistrationRequest
{
    public string? Name { get; init; }
    public string? UserId { get; init; }

    /// <summary>Ids of providers; empty means every gate.</summary>
    public IReadOnlyList<string?>? Requires { get; init; }

    /// <summary><c>paper</c> or <c>live</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Limit name to value; a smaller value is tighter, but for <c>duplicate_order_seconds</c>.</summary>
    public IReadOnlyDictionary<string, decimal>? RiskLimits { get; init; }

    /// <summary>The only symbols that may be opened; empty for none, <c>["*"]</c> for any again.</summary>
    public IReadOnlyList<string?>? AllowedSymbols { get; init; }

    /// <summary>Name of the strategy or model; a change disarms LIVE.</summary>
    public string? Model { get; init; }

    /// <summary>By symbol, an operator's: what one unit of an order is. An order may name a larger multiplier, never a smaller one.</summary>
    public IReadOnlyDictionary<string, InstrumentRow?>? Instruments { get; init; }

    /// <summary>Other names of symbols, an operator's.</summary>
    public IReadOnlyDictionary<string, string?>? Aliases { get; init; }

    /// <summary>Ids of providers that it may use beside those that it requires, an operator's.</summary>
    public IReadOnlyList<string?>? MayUse { get; init; }

    /// <summary>Currency of its limits, and of profits that are reported without one; an operator's.</summary>
    public string? Currency { get; init; }

    /// <summary>False for a bot whose decisions carry no confidence, an operator's.</summary>
    public bool? StatesConfidence { get; init; }
}

/// <summary>A symbol that a bot trades.</summary>
/// <param name="Multiplier">Units of the underlying in one unit of an order (ES: 50); above 0.</param>
/// <param name="Rate">One unit of the currency of its results, where that is not the bot's own, in <c>ControlPlane:Risk:Currency</c>; above
/// 0.</param>
public sealed record InstrumentRow(decimal? Multiplier, decimal? Rate = null);

/// <summary>Asks for a safe start, or a restart.</summary>
public sealed record RunnerStartRequest
{
    public string? RunnerId { get; init; }

    /// <summary><c>paper</c> or <c>live</c>; the bot's own mode when absent.</summary>
    public string? Mode { get; init; }

    /// <summary>A lease under which only exits and cancels pass.</summary>
    public bool? ReduceOnly { get; init; }
}

/// <summary>A runner under its lease.</summary>
public sealed record RunnerRequest
{
    public string? RunnerId { get; init; }

    /// <summary>Epoch of the runner's lease.</summary>
    public long? Epoch { get; init; }
}

/// <summary>Durations of a lease, which the runner counts from the moment it sent its request.</summary>
public sealed record LeaseRow(long TtlMs, long RenewEveryMs, long StopByMs)
{
    /// <summary>With a granted start: the token that opens the provider gateway, orders included, while this lease lives. It is stored nowhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }
}

/// <summary>A granted start.</summary>
/// <param name="Granted">Always true.</param>
/// <param name="Epoch">Epoch of the runner's lease.</param>
public sealed record StartGranted(
    bool Granted,
    long Epoch,
    LeaseRow Lease,
    TradingState TradingState,
    SystemStatus SystemStatus,
    long GateEpoch,
    long GateVersion,
    string TraceId)
{
    /// <summary>True when only exits and cancels pass under this lease.</summary>
    public bool ReduceOnly { get; init; }
}

/// <summary>The answer to a heartbeat whose lease holds.</summary>
public sealed record HeartbeatBody(
    Directive Directive,
    long Epoch,
    LeaseRow Lease,
    TradingState TradingState,
    SystemStatus SystemStatus,
    long GateEpoch,
    long GateVersion,
    string TraceId)
{
    /// <summary>Whether exits may pass, under HALT too; each one is checked by itself.</summary>
    public bool Exits { get; init; }
}

/// <summary>The answer to a stop, which always succeeds.</summary>
/// <param name="Stopped">False when the epoch was an old one and nothing has changed.</param>
public sealed record RunnerStopAnswer(bool Stopped, RunnerRow Runner, string TraceId);

/// <summary>May this bot open, reduce or cancel now? Answered from the node's own snapshot.</summary>
/// <param name="Reasons">Why the trading state is not ACTIVE.</param>
public sealed record PermitAnswer(
    bool Allowed,
    TradingState TradingState,
    IReadOnlyList<PermitReason> Reasons,
    long ValidForMs,
    long GateEpoch,
    long GateVersion,
    string TraceId);

/// <summary>One reason, by its code.</summary>
public sealed record PermitReason(string Code, string Message);
