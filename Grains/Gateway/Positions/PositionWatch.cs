using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>Wakes the comparison of positions at each broker that this node can call. What is due, one grain of the cluster decides.</summary>
internal sealed class PositionWatch(ProviderCatalogue catalogue, IProviderCalls calls, IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_round, time);
        while (await NextAsync(timer, stoppingToken))
        {
            foreach (var provider in catalogue.Providers.Where(provider => provider.Gateway?.Orders?.Positions.Count > 0 && calls.Holds(provider)))
                grains.GetGrain<IBrokerPositionsGrain>(provider.Id).Compare().Ignore();
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
