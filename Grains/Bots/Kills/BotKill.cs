using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Bots.Kills;

/// <summary>Kills the bot. The switch is engaged first, then the gate is told. Disk and nodes follow in parallel.</summary>
internal sealed class BotKill(BotContext bot, BotKillSwitch kill, KillWrites writes, RunnerLease lease, BotHistory history, BotReporter reporter)
{
    /// <summary>How long the answer to a kill waits for the disk beyond what the nodes took.</summary>
    private static readonly TimeSpan s_writeGrace = TimeSpan.FromMilliseconds(250);

    public async Task<KillAnswer?> DeliverAsync(KillOrder order)
    {
        if (bot.State.Spec is null) return null;
        if (kill.IsReleased(order.Id)) return new KillAnswer(false, true, new(0, 0), new(0, 0), kill.Switch) { Superseded = true };
        Take(order);

        // The gate first, so that every node knows; the disk beside the nodes.
        var publishing = reporter.PublishToGateAsync();
        var written = writes.WriteAsync();
        var position = await publishing;
        var nodes = await reporter.AcknowledgedAsync(position);
        await Task.WhenAny(written, Task.Delay(s_writeGrace, bot.Time));
        if (!kill.Switch.Durable) writes.RetryUntilWritten();
        await reporter.PublishToDirectoryAsync();

        // Without the gate's answer no node knows of it yet. The caller must ask again.
        if (nodes is null) throw new TimeoutException();
        if (kill.IsReleased(order.Id)) return new KillAnswer(false, true, nodes, new(0, 0), kill.Switch) { Superseded = true };
        return new KillAnswer(true, kill.IsDurable(order.Id), nodes, new(kill.RunnerHeard && lease.IsLive ? 1 : 0, lease.IsLive ? 1 : 0), kill.Switch);
    }

    /// <summary>A kill that this node knows of, or that the row holds, holds before anything else does. The row is written again: whatever an
    /// activation before this one has still under way, a release above all, no longer fits the row's version.</summary>
    public async Task TakePendingAsync()
    {
        kill.Restore(bot.State);
        if (bot.State.ReleaseUnsettled) Take(KillRegister.Again(bot.Id, bot.State.KillsTaken, bot.Time.GetUtcNow()));
        foreach (var order in bot.Services.Node.Kills.For(bot.Id))
        {
            if (!kill.IsReleased(order.Id)) Take(order);
        }

        kill.Unsettle();
        if (!kill.Engaged) return;
        writes.RetryUntilWritten();
        await reporter.PublishToGateAsync();
    }

    /// <summary>Engages the switch before it is published.</summary>
    public void Take(KillOrder order)
    {
        if (kill.Take(order)) history.RecordKill(engaged: true, Codes.KillSwitchEngaged, order.Reason, order.By);
    }
}
