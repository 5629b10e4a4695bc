using System.Collections.Frozen;
using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Risk.SystemLimits;
using ControlPlane.Grains.Sessions;
using ControlPlane.Grains.Storage.Trust;
using Orleans.Serialization;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>What a row that does not verify is taken for: nothing in it may loosen anything. A kill is engaged and a tier is the lowest, so that whoever
/// releases it looks at the rest.</summary>
internal static class Quarantine
{
    private const string By = "control-plane";

    private static readonly FrozenDictionary<string, Rule> s_rules = new Dictionary<string, Rule>(StringComparer.Ordinal)
    {
        // Nodes' own disks know its epoch, and no bot's token from before counts.
        ["gate-lease"] = new Rule<GateLeaseState>((_, why, now) => new GateLeaseState { Suspected = why, SuspectedSince = now, Generation = EpochPolicy.Next(0, now) }) { GoesOn = true },
        ["gate-controls"] = new Rule<GateControlsState>((_, why, now) => new GateControlsState { Kill = Engaged(why, now), Fence = EpochPolicy.Next(0, now) }) { GoesOn = true, KeptWhenVouched = true },
        [StateNames.Bot] = new Rule<BotState>(Tighten),

        // The confirmation ends all sessions.
        ["ended-sessions"] = new Rule<EndedSessionsState>((found, _, _) => found ?? new EndedSessionsState()),
        ["system-risk"] = new Rule<SystemRiskState>((found, _, now) => new SystemRiskState { Gross = found?.Gross ?? ImmutableDictionary<string, decimal>.Empty, LossDay = now.UtcDateTime.Date }),
        ["provider-attempts"] = new Rule<ProviderAttemptsState>((found, _, _) => found ?? new ProviderAttemptsState()),
        ["provider-losses"] = new Rule<ProviderLossState>((found, _, _) => found ?? new ProviderLossState()),
        ["standby"] = new Rule<GateLeaseState>((_, _, _) => new GateLeaseState()),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Knows(string stateName) => s_rules.ContainsKey(stateName);

    /// <summary>State of a grain that must run without its row: it reports that everything is closed, and takes the confirmation. Null for every
    /// other.</summary>
    /// <param name="vouched">True when the installation's key was changed, so that no row verifies: then the kill switch stands as it was found.</param>
    public static object? Without(string stateName, byte[] content, Serializer serializer, bool vouched, string why, DateTimeOffset now) =>
        s_rules.TryGetValue(stateName, out var rule) && rule.GoesOn ? rule.Take(content, serializer, vouched && rule.KeptWhenVouched, why, now) : null;

    /// <summary>The state that an operator's confirmation leaves of a row that does not verify; null for one that nobody knows.</summary>
    public static byte[]? Tightened(string stateName, byte[] content, Serializer serializer, string why, DateTimeOffset now) =>
        s_rules.TryGetValue(stateName, out var rule) ? rule.Write(content, serializer, why, now) : null;

    private static KillSwitch Engaged(string why, DateTimeOffset now) => new(true, why, By, now, Durable: true);

    /// <summary>A bot whose registration can't be read must be registered anew.</summary>
    private static BotState Tighten(BotState? found, string why, DateTimeOffset now)
    {
        if (found?.Spec is null) return new BotState();
        found.Kill = Engaged(why, now);

        // A kill of its own: nobody has released it, whatever the row says of others.
        (found.KillsEngaged, found.KillsTaken, found.ReleaseUnsettled) = ([Guid.CreateVersion7(now)], [], false);
        found.Tier = AutonomyTier.Observe;
        found.Autonomy = AutonomyStatus.New;
        found.LeaseHeld = false;
        found.LeaseEpoch = EpochPolicy.Next(found.LeaseEpoch, now);
        found.Generation = EpochPolicy.Next(found.Generation, now);
        return found;
    }

    private abstract class Rule
    {
        public bool GoesOn { get; init; }

        public bool KeptWhenVouched { get; init; }

        public abstract object Take(byte[] content, Serializer serializer, bool keep, string why, DateTimeOffset now);

        public abstract byte[] Write(byte[] content, Serializer serializer, string why, DateTimeOffset now);
    }

    private sealed class Rule<T>(Func<T?, string, DateTimeOffset, T> tighten) : Rule
        where T : class, new()
    {
        public override object Take(byte[] content, Serializer serializer, bool keep, string why, DateTimeOffset now) =>
            (keep ? Read(content, serializer) : null) ?? tighten(null, why, now);

        public override byte[] Write(byte[] content, Serializer serializer, string why, DateTimeOffset now) => serializer.SerializeToArray(tighten(Read(content, serializer), why, now));

        private static T? Read(byte[] content, Serializer serializer)
        {
            try
            {
                return serializer.Deserialize<T>(StoreMacs.StateOf(content));
            }
            catch (Exception)
            {
                // Whatever it holds, it is no state of ours.
                return null;
            }
        }
    }
}
