using System.Collections.Concurrent;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>A few look-ups at a time for each provider, and each order once.</summary>
internal sealed class SettlementLimiter
{
    private const int Width = 4;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _limits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string BotId, string OrderId), bool> _orders = new();

    /// <returns>False when the order is looked after already.</returns>
    public bool TryRun(string provider, (string BotId, string OrderId) order, Func<Task> work, CancellationToken cancellationToken)
    {
        if (!_orders.TryAdd(order, true)) return false;
        RunAsync(_limits.GetOrAdd(provider, static _ => new SemaphoreSlim(Width)), order, work, cancellationToken).Ignore();
        return true;
    }

    private async Task RunAsync(SemaphoreSlim limit, (string BotId, string OrderId) order, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await limit.WaitAsync(cancellationToken);
            try
            {
                await work();
            }
            finally
            {
                limit.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            _orders.TryRemove(order, out _);
        }
    }
}
