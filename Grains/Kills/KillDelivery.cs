using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Kills;

/// <summary>Brings a kill to the grain that holds the switch, and keeps it for as long as that has not written it.</summary>
internal sealed partial class KillDelivery(
    IGrainFactory grains, KillSpool spool, TimeProvider time, IOptions<Gates.GateOptions> gate, ILogger<KillDelivery> logger, SingleProcessStore? single = null)
{
    /// <summary>A kill that is not durable after this long goes to the spool's file, whatever comes of it.</summary>
    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an answer waits for the spool's file.</summary>
    private static readonly TimeSpan s_fileLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Kills whose asker still waits for the answer; nobody else delivers them meanwhile.</summary>
    private readonly ConcurrentDictionary<Guid, byte> _asking = new();

    /// <summary>Delivers a kill and answers with what is known after the time of a lease at the latest. Never fails.</summary>
    public async Task<DeliveredKill> EngageAsync(KillOrder order)
    {
        var kill = spool.Keep(order);
        _asking[kill.Id] = 0;
        var delivery = DeliverAsync(kill);
        if (await Task.WhenAny(delivery, Task.Delay(s_quick, time)) != delivery) _ = spool.StoreAsync();
        try
        {
            var (answer, _) = await delivery.WaitAsync(gate.Value.Lease + TimeSpan.FromSeconds(2), time);
            if (answer is { Durable: false }) await StoreAsync();
            else if (spool.IsBehind) _ = spool.StoreAsync();
            return new(answer, Taken: true, EngagedHere: true);
        }
        catch (Exception e)
        {
            LogNotTaken(logger, kill.Id, e);
            spool.HoldHere(kill);
            await StoreAsync();
            _ = delivery.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);

            // With a store of its own this process is all there is: nothing opens past a kill that it keeps.
            return new(null, Taken: false, EngagedHere: single is not null);
        }
        finally
        {
            _asking.TryRemove(kill.Id, out _);
        }
    }

    /// <summary>One more try. Answers with what became of the kill when this try settled it, else null.</summary>
    public async Task<string?> TryAgainAsync(KillOrder kill)
    {
        if (_asking.ContainsKey(kill.Id)) return null;
        try
        {
            var (answer, settled) = await DeliverAsync(kill);
            return !settled ? null : answer is null ? Codes.UnknownBot : answer.Superseded ? "superseded" : "done";
        }
        catch (Exception e)
        {
            LogNotTaken(logger, kill.Id, e);
            return null;
        }
    }

    private async Task<(KillAnswer? Answer, bool Settled)> DeliverAsync(KillOrder kill)
    {
        var answer = kill.BotId is { } botId
            ? await grains.GetGrain<IBotGrain>(botId).DeliverKill(kill)
            : await grains.GetGrain<ISystemGateGrain>(0).DeliverKill(kill);
        return (answer, answer is null or { Durable: true } or { Superseded: true } && spool.Settle(kill));
    }

    private async Task StoreAsync()
    {
        try
        {
            await spool.StoreAsync().WaitAsync(s_fileLimit, time);
        }
        catch (TimeoutException)
        {
            // A disk that hangs: memory has it.
        }
    }

    [LoggerMessage(EventIds.KillDeliveryNotTaken, LogLevel.Error, "Kill {KillId} was not taken yet; it is kept and delivered again.")]
    private static partial void LogNotTaken(ILogger logger, Guid killId, Exception exception);
}

/// <summary>What came of a kill.</summary>
/// <param name="Answer">Null when nobody took it, or when no such bot is registered.</param>
/// <param name="Taken">False when nobody could be reached who takes it: it is kept and delivered again.</param>
/// <param name="EngagedHere">True when nothing can pass it all the same.</param>
internal sealed record DeliveredKill(KillAnswer? Answer, bool Taken, bool EngagedHere);
