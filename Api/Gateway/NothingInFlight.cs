namespace ControlPlane.Api.Gateway;

/// <summary>A request that places nothing, such as a validation.</summary>
internal sealed class NothingInFlight : IPassageInFlight
{
    public static NothingInFlight Instance { get; } = new();

    public Task<bool> SendingAsync() => Task.FromResult(true);

    public Task AnsweredAsync(int httpStatus, ReadOnlyMemory<byte> body) => Task.CompletedTask;

    public Task LostAsync() => Task.CompletedTask;
}
