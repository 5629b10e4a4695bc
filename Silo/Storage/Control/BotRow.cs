using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>A row of <c>bots</c>. Lists and terms are JSON.</summary>
internal sealed class BotRow
{
    public static readonly ColumnList Columns = new(
        "bot_id, name, user_id, requires, mode, risk_limits, tier, kill_engaged, kill_reason, kill_by, kill_since, kill_durable, allowed_symbols, model, " +
        "runner_watched, terms, registered_at");

    public string BotId { get; init; } = "";
    public string Name { get; init; } = "";
    public string? UserId { get; init; }
    public string Requires { get; init; } = "";
    public int Mode { get; init; }
    public string RiskLimits { get; init; } = "";
    public int Tier { get; init; }
    public bool KillEngaged { get; init; }
    public string? KillReason { get; init; }
    public string? KillBy { get; init; }
    public Instant? KillSince { get; init; }
    public bool KillDurable { get; init; }
    public string? AllowedSymbols { get; init; }
    public string? Model { get; init; }
    public bool RunnerWatched { get; init; }
    public string? Terms { get; init; }
    public Instant? RegisteredAt { get; init; }

    public static BotRow Of(BotIndexRow row) => new()
    {
        BotId = row.BotId,
        Name = row.Spec.Name,
        UserId = row.Spec.UserId,
        Requires = JsonSerializer.Serialize(row.Spec.Requires),
        Mode = (int)row.Spec.Mode,
        RiskLimits = JsonSerializer.Serialize(row.Spec.RiskLimits),
        Tier = (int)row.Tier,
        KillEngaged = row.Kill.Engaged,
        KillReason = row.Kill.Reason,
        KillBy = row.Kill.By,
        KillSince = row.Kill.Since,
        KillDurable = row.Kill.Durable,
        AllowedSymbols = row.Spec.AllowedSymbols is { } symbols ? JsonSerializer.Serialize(symbols) : null,
        Model = row.Spec.Model,
        RunnerWatched = row.RunnerWatched,
        Terms = row.Spec.Terms is { } terms ? JsonSerializer.Serialize(terms) : null,
        RegisteredAt = row.RegisteredAt,
    };

    public BotIndexRow Bot() => new(
        BotId,
        new BotSpec(
            Name,
            UserId,
            JsonSerializer.Deserialize<ImmutableSortedSet<string>>(Requires)!,
            (TradingMode)Mode,
            JsonSerializer.Deserialize<ImmutableSortedDictionary<string, decimal>>(RiskLimits)!,
            AllowedSymbols is null ? null : JsonSerializer.Deserialize<ImmutableSortedSet<string>>(AllowedSymbols),
            Model,
            Terms is null ? null : JsonSerializer.Deserialize<BotTerms>(Terms)),
        (AutonomyTier)Tier,
        new KillSwitch(KillEngaged, KillReason, KillBy, KillSince, KillDurable),
        RunnerWatched,
        RegisteredAt);
}
