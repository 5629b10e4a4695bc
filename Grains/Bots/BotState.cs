using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots;

/// <summary>What a bot keeps on disk. Its lease's time and its LIVE arming are not: a restart ends both.</summary>
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

    [Id(21)] public AutonomyStanding Autonomy { get; set; } = AutonomyStanding.New;

    /// <summary>Since when the runner is in its state.</summary>
    [Id(22)] public DateTimeOffset? RunnerSince { get; set; }

    /// <summary>True when the runner was lost while the bot held a position, or may have.</summary>
    [Id(23)] public bool LostHolding { get; set; }

    /// <summary>Whether a directory that has just come to be must ask the bot how its runner stands.</summary>
    public bool RunnerWatched => LeaseHeld || RunnerState is RunnerState.Lost or RunnerState.StartTimedOut;

    /// <summary>Generation of the bot's own token, from the bot's registration on. It never comes again, also for a bot that was made anew.</summary>
    [Id(30)] public long Generation { get; set; }

    /// <summary>Has most of a hundred thousand bots at rest hold the same objects for what is the same in all of them.</summary>
    public void ShareWhatIsCommon()
    {
        if (Kill == KillSwitch.Released) Kill = KillSwitch.Released;
        if (Autonomy == AutonomyStanding.New) Autonomy = AutonomyStanding.New;
        if (Spec is { } spec)
        {
            var limits = spec.RiskLimits.IsEmpty ? RiskLimitNames.NoLimits : spec.RiskLimits;
            Spec = spec with { RiskLimits = limits, Requires = [.. spec.Requires.Select(string.Intern)] };
        }
    }

    public BotState Copy() => (BotState)MemberwiseClone();
}
