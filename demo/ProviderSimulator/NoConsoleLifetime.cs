namespace ControlPlane.ProviderSimulator;

/// <summary>Leaves signals to whoever owns the process: the program, or a test that hosts the simulator.</summary>
internal sealed class NoConsoleLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
