using System.Collections.Concurrent;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>A few look-ups at a time for each provider, and each order once.</summary>
internal sealed class SettlementLanes
{
    private const int Width = 4;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string BotId, string OrderId), bool> _orders = new();

    /// <returns>False when the order is looked after already.</returns>
    public bool TryRun(string provider, (string BotId, string OrderId) order, Func<Task> work, CancellationToken cancellationToken)
    {
        if (!_orders.TryAdd(order, true)) return false;
        RunAsync(_lanes.GetOrAdd(provider, static _ => new SemaphoreSlim(Width)), order, work, cancellationToken).Ignore();
        return true;
    }

    private async Task RunAsync(SemaphoreSlim lane, (string BotId, string OrderId) order, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await lane.WaitAsync(cancellationToken);
            try
            {
                await work();
            }
            finally
            {
                lane.Release();
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
