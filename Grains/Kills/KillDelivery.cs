using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Kills;

/// <summary>Brings a kill to the grain that holds the switch, to its successor when that one dies, until it is taken and on disk.</summary>
internal sealed partial class KillDelivery(
    IGrainFactory grains, KillSpool spool, TimeProvider time, IOptions<GateOptions> gate, ILogger<KillDelivery> logger, SingleProcessStore? single = null)
{
    /// <summary>How long an answer waits for the spool's file.</summary>
    private static readonly TimeSpan s_fileLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>After this long another delivery goes out beside the one that has no answer: its silo may be dead.</summary>
    private static readonly TimeSpan s_overdue = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private const int MaxAttempts = 12;

    /// <summary>Kills whose caller still waits for the answer; the redelivery leaves them out.</summary>
    private readonly ConcurrentDictionary<Guid, byte> _asking = new();

    /// <summary>An answer comes within the lease and two seconds, of which the file and the way back take a part.</summary>
    private TimeSpan Limit => gate.Value.Lease + TimeSpan.FromSeconds(1.5);

    /// <summary>Holds this node, delivers the kill, and answers with what is known within the lease and two seconds. Never fails.</summary>
    /// <param name="whole">The same order with what its asker says about it. It is not waited for before the kill is carried out.</param>
    public async Task<DeliveredKill> EngageAsync(KillOrder order, Func<Task<KillOrder>>? whole = null)
    {
        var startedAt = time.GetTimestamp();
        _asking[order.Id] = 0;
        spool.Keep(order);
        _ = spool.StoreAsync();
        try
        {
            // Nearly always it is there already; what comes later is delivered behind the kill.
            var telling = whole?.Invoke();
            if (telling is { IsCompletedSuccessfully: true }) order = Amended(await telling);
            var delivery = UntilTakenAsync(order, startedAt);
            if (telling is not null && await telling is var told && told != order)
            {
                order = Amended(told);
                delivery = LastOf(delivery, UntilTakenAsync(order, startedAt));
            }

            var answer = await delivery;
            if (answer is null or { Superseded: true }) spool.Settle(order);
            else if (answer.Durable) spool.Taken(order.Id);
            if (answer is { Durable: false }) await StoreAsync();
            return new(order, answer, Taken: true, EngagedHere: true);
        }
        catch (Exception e)
        {
            LogNotTaken(logger, order.Id, e);
            await StoreAsync();

            // With a store of its own this process is all there is: nothing opens past a kill that it keeps.
            return new(order, null, Taken: false, EngagedHere: single is not null);
        }
        finally
        {
            _asking.TryRemove(order.Id, out _);
        }
    }

    /// <summary>One more try, no longer than a lease and a second. Answers with what became of the kill when this try settled it, else null.</summary>
    public async Task<string?> TryAgainAsync(KillOrder kill)
    {
        if (_asking.ContainsKey(kill.Id)) return null;
        try
        {
            var answer = await SendAsync(kill).WaitAsync(gate.Value.Lease + TimeSpan.FromSeconds(1), time);
            if (answer is null) return spool.Settle(kill) ? Codes.UnknownBot : null;
            if (answer.Superseded) return spool.Settle(kill) ? "superseded" : null;
            return answer.Durable && spool.Taken(kill.Id) ? "done" : null;
        }
        catch (Exception e)
        {
            LogNotTaken(logger, kill.Id, e);
            return null;
        }
    }

    private KillOrder Amended(KillOrder order)
    {
        spool.Keep(order);
        return order;
    }

    /// <summary>The answer to the later delivery, or to the earlier one when that is all there is.</summary>
    private static async Task<KillAnswer?> LastOf(Task<KillAnswer?> first, Task<KillAnswer?> second)
    {
        try
        {
            return await second;
        }
        catch (TimeoutException)
        {
            return await first;
        }
        finally
        {
            Observe(first);
        }
    }

    private async Task<KillAnswer?> UntilTakenAsync(KillOrder order, long startedAt)
    {
        List<Task<KillAnswer?>> attempts = [];
        while (true)
        {
            var left = Limit - time.GetElapsedTime(startedAt);
            if (left <= TimeSpan.Zero) break;
            if (attempts.Count < MaxAttempts) attempts.Add(SendAsync(order));
            await Task.WhenAny([.. attempts, Task.Delay(left < s_overdue ? left : s_overdue, time)]);
            if (attempts.Find(a => a.IsCompletedSuccessfully) is { } answered)
            {
                attempts.ForEach(Observe);
                return await answered;
            }

            if (attempts.RemoveAll(a => a.IsCompleted) == 0) continue;
            await Task.Delay(s_pause, time);
        }

        attempts.ForEach(Observe);
        throw new TimeoutException();
    }

    private async Task<KillAnswer?> SendAsync(KillOrder order) => order.BotId is { } botId
        ? await grains.GetGrain<IBotGrain>(botId).DeliverKill(order)
        : await grains.GetGrain<ISystemGateGrain>(0).DeliverKill(order);

    private static void Observe(Task task) => _ = task.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);

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

    [LoggerMessage(EventIds.KillDeliveryNotTaken, LogLevel.Error, "No gate has taken kill {KillId} yet. It is kept and delivered again.")]
    private static partial void LogNotTaken(ILogger logger, Guid killId, Exception exception);
}

/// <summary>What came of a kill.</summary>
/// <param name="Order">With what its asker has said about it.</param>
/// <param name="Answer">Null when no gate or bot took it, or no such bot is registered.</param>
/// <param name="Taken">False when no holder of the switch could be reached: it is kept and delivered again.</param>
/// <param name="EngagedHere">True when this node is force closed all the same.</param>
internal sealed record DeliveredKill(KillOrder Order, KillAnswer? Answer, bool Taken, bool EngagedHere);
