using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Grains;
using ControlPlane.Grains.Gates;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Gateway;

/// <summary>What bots reach through the gateway, as their grains said less than a gate's lease ago. Asked anew each second, beside the calls:
/// no read waits for a grain while somebody answers for the bot.</summary>
internal sealed class BotReaches(IGrainFactory grains, AdaptiveReadTimeout timeout, IOptions<GateOptions> gate, TimeProvider time)
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(1);

    // One entry for a bot whose token an operator has made: nobody else gets this far.
    private readonly ConcurrentDictionary<string, Entry> _known = new(StringComparer.Ordinal);

    /// <exception cref="TimeoutException">Nobody can tell.</exception>
    public ValueTask<GatewayReach> OfAsync(string botId)
    {
        var entry = _known.GetOrAdd(botId, static _ => new Entry());
        if (entry.Known is { } known && time.GetElapsedTime(known.AskedAt) is var age && age < gate.Value.Lease)
        {
            if (age >= s_refresh && entry.Asking is null or { IsCompleted: true }) entry.Ask(() => AskAsync(entry, botId)).Ignore();
            return ValueTask.FromResult(known.Reach);
        }

        return new(entry.Ask(() => AskAsync(entry, botId)));
    }

    private async Task<GatewayReach> AskAsync(Entry entry, string botId)
    {
        var askedAt = time.GetTimestamp();
        var reach = await timeout.Wait(grains.Bot(botId).GatewayReach()) ?? throw new TimeoutException();
        entry.Known = new(reach, askedAt);
        return reach;
    }

    private sealed record Answer(GatewayReach Reach, long AskedAt);

    private sealed class Entry
    {
        private readonly Lock _asking = new();
        private volatile Answer? _known;
        private volatile Task<GatewayReach>? _task;

        public Answer? Known
        {
            get => _known;
            set => _known = value;
        }

        public Task<GatewayReach>? Asking => _task;

        /// <summary>Joins the question that is on its way, or asks.</summary>
        public Task<GatewayReach> Ask(Func<Task<GatewayReach>> ask)
        {
            lock (_asking) return _task is { IsCompleted: false } running ? running : _task = ask();
        }
    }
}
