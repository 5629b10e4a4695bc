using System.Collections.Concurrent;
using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Security;

/// <summary>Which generation of a bot's token counts, asked of the bot and kept for a second: the gate's lease is never shorter, so that
/// a revoked token is refused within it, wherever it comes.</summary>
internal sealed class BotGenerations(IGrainFactory grains, AdaptiveReadTimeout patience, TimeProvider time)
{
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(1);

    // One entry for a bot whose token an operator has made: nobody else gets this far.
    private readonly ConcurrentDictionary<string, (long Generation, long AskedAt)> _known = new(StringComparer.Ordinal);

    /// <exception cref="TimeoutException">Nobody can tell.</exception>
    public async ValueTask<bool> CountsAsync(BotToken token)
    {
        if (_known.TryGetValue(token.BotId, out var known) && time.GetElapsedTime(known.AskedAt) < s_keep) return known.Generation == token.Generation;
        var askedAt = time.GetTimestamp();
        var generation = await patience.Wait(grains.Bot(token.BotId).TokenGeneration()) ?? throw new TimeoutException();
        _known[token.BotId] = (generation, askedAt);
        return generation == token.Generation;
    }
}
