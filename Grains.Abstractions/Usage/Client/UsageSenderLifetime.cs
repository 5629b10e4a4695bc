using Microsoft.Extensions.Hosting;

namespace ControlPlane.Abstractions;

/// <summary>Sees to it that a host that stops sends first what it holds.</summary>
internal sealed class UsageSenderLifetime(UsageSender sender) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => sender.StopAsync(cancellationToken);
}
