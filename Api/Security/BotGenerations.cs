using System.Collections.Concurrent;
using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Security;

/// <summary>The valid generation of a bot's token, read from the bot and cached for a second. The gate's lease is never shorter, so every node
/// refuses a revoked token within it.</summary>
internal sealed class BotGenerations(IGrainFactory grains, AdaptiveReadTimeout timeout, TimeProvider time)
{
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(1);

    // One entry per bot whose token an operator has made: other callers are refused before.
    private readonly ConcurrentDictionary<string, (long Generation, long AskedAt)> _known = new(StringComparer.Ordinal);

    /// <exception cref="TimeoutException">The generation is unknown.</exception>
    public async ValueTask<bool> CountsAsync(BotToken token)
    {
        if (_known.TryGetValue(token.BotId, out var known) && time.GetElapsedTime(known.AskedAt) < s_keep) return known.Generation == token.Generation;
        var askedAt = time.GetTimestamp();
        var generation = await timeout.Wait(grains.Bot(token.BotId).TokenGeneration()) ?? throw new TimeoutException();
        _known[token.BotId] = (generation, askedAt);
        return generation == token.Generation;
    }
}
