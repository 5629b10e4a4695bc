using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots;

/// <summary>What a bot keeps on disk. Its lease's time and its LIVE arming are not: the nodes know the former, and a restart ends the latter.</summary>
[GenerateSerializer, Alias("cp.state.Bot")]
public sealed class BotState
{
    [Id(0)] public BotSpec? Spec { get; set; }
    [Id(1)] public AutonomyTier Tier { get; set; }
    [Id(2)] public KillSwitch Kill { get; set; } = KillSwitch.Released;

    /// <summary>Epoch of the last lease that was granted; it never goes back.</summary>
    [Id(3)] public long LeaseEpoch { get; set; }
    [Id(4)] public string? RunnerId { get; set; }

    /// <summary>True from a grant until an orderly stop or an expiry: after a crash somebody may still believe in the lease.</summary>
    [Id(5)] public bool LeaseHeld { get; set; }
    [Id(6)] public DateTimeOffset? LastHeartbeatAt { get; set; }
    [Id(7)] public RunnerState RunnerState { get; set; }

    /// <summary>Ids of the kills that were released last: one that is delivered again engages nothing.
    /// In a row from before <see cref="KillsEngaged"/>, of all that were taken.</summary>
    [Id(20)] public ImmutableArray<Guid> KillsTaken { get; set; } = [];

    /// <summary>Ids of the kills that are engaged.</summary>
    [Id(40)] public ImmutableArray<Guid> KillsEngaged { get; set; } = [];

    /// <summary>True for a release until the activation that wrote it knows that it is on disk. One that finds it so takes the switch for engaged.</summary>
    [Id(41)] public bool ReleaseUnsettled { get; set; }

    [Id(21)] public AutonomyStatus Autonomy { get; set; } = AutonomyStatus.New;

    /// <summary>Since when the runner is in its state.</summary>
    [Id(22)] public DateTimeOffset? RunnerSince { get; set; }

    /// <summary>True when the runner was lost while the bot held a position, or may have.</summary>
    [Id(23)] public bool LostHolding { get; set; }

    /// <summary>Whether a newly activated directory must ask the bot for its runner's state.</summary>
    public bool RunnerWatched => LeaseHeld || RunnerState is RunnerState.Lost or RunnerState.StartTimedOut;

    /// <summary>The one generation that can be known without asking: that of a bot whose token was never revoked and whose id is new.</summary>
    public const long FirstGeneration = 1;

    /// <summary>Generation of the bot's own token: 0 before the bot is registered. It only grows, also for a bot that was deleted and registered
    /// again.</summary>
    [Id(30)] public long Generation { get; set; }

    /// <summary>The gate's fence under which the lease was granted, and its mode, for the silo that continues it.</summary>
    [Id(32)] public long LeaseFence { get; set; }
    [Id(33)] public TradingMode LeaseMode { get; set; }
    [Id(34)] public bool LeaseReduceOnly { get; set; }

    /// <summary>Null for a bot from before it was kept.</summary>
    [Id(51)] public DateTimeOffset? RegisteredAt { get; set; }

    /// <summary>Requirements that the bot was created with or an operator set: these open the gateway. Null in a row from before the gateway.</summary>
    [Id(50)] public ImmutableSortedSet<string>? Reaches { get; set; }

    /// <summary>Shares equal objects between bots, so that a hundred thousand idle bots take little memory.</summary>
    public void ShareWhatIsCommon()
    {
        if (Kill == KillSwitch.Released) Kill = KillSwitch.Released;
        if (Autonomy == AutonomyStatus.New) Autonomy = AutonomyStatus.New;
        if (Spec is { } spec)
        {
            var limits = spec.RiskLimits.IsEmpty ? RiskLimitNames.NoLimits : spec.RiskLimits;
            Spec = spec with { RiskLimits = limits, Requires = [.. spec.Requires.Select(string.Intern)] };
            if (Reaches is { } reaches) Reaches = reaches.SetEquals(spec.Requires) ? Spec.Requires : [.. reaches.Select(string.Intern)];
        }
    }

    /// <summary>What is kept of a deleted bot: numbers that must not be used again, and an unreleased kill.</summary>
    public void Forget(DateTimeOffset now)
    {
        Reaches = null;
        (Spec, Tier, Autonomy) = (null, AutonomyTier.Observe, AutonomyStatus.New);
        (RunnerId, LeaseHeld, LastHeartbeatAt, RunnerState, RunnerSince, LostHolding) = (null, false, null, RunnerState.Stopped, null, false);
        RegisteredAt = null;
        (LeaseFence, LeaseMode) = (0, TradingMode.Paper);
        LeaseEpoch = EpochPolicy.Next(LeaseEpoch, now);
        Generation = EpochPolicy.Next(Generation, now);
    }

    /// <summary>A bot of a new id has the first generation. What one of this id did before it was deleted earns the new one nothing.</summary>
    public void BeginAnew(DateTimeOffset now)
    {
        RegisteredAt = now;
        if (Generation == 0)
        {
            Generation = FirstGeneration;
            return;
        }

        Tier = AutonomyTier.Observe;
        Autonomy = AutonomyStatus.New with { ChangedAt = now };
    }

    public BotState Copy() => (BotState)MemberwiseClone();
}
