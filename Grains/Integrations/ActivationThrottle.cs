namespace ControlPlane.Grains.Integrations;

/// <summary>Turns for what providers of a silo read when they are activated, so that seventy of them leave the store to the gate.</summary>
internal sealed class ActivationThrottle : IDisposable
{
    private const int Together = 4;
    private readonly SemaphoreSlim _turns = new(Together, Together);

    /// <param name="first">True to go ahead without a turn.</param>
    /// <returns>Ends the turn.</returns>
    public async Task<Turn> EnterAsync(bool first)
    {
        if (first) return default;
        await _turns.WaitAsync();
        return new Turn(_turns);
    }

    public void Dispose() => _turns.Dispose();

    internal readonly struct Turn(SemaphoreSlim? turns) : IDisposable
    {
        public void Dispose() => turns?.Release();
    }
}
