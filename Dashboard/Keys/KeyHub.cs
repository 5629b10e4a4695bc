using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Keys;

/// <summary>Gives each key to whoever wants it: the one that asked last first.</summary>
public sealed class KeyHub
{
    private readonly List<Func<string, Task<bool>>> _takers = [];

    /// <summary>The browser went online or offline.</summary>
    public event Action<bool>? Online;

    /// <param name="taker">Answers true when the key was for it. Keys are the browser's names, <c>Ctrl+K</c>, and <c>g s</c> for a sequence.</param>
    public IDisposable Subscribe(Func<string, Task<bool>> taker)
    {
        _takers.Add(taker);
        return new Subscription(this, taker);
    }

    [JSInvokable]
    public async Task OnKey(string key)
    {
        foreach (var taker in Enumerable.Reverse(_takers).ToArray())
        {
            if (await taker(key)) return;
        }
    }

    [JSInvokable]
    public void OnOnline(bool online) => Online?.Invoke(online);

    private sealed class Subscription(KeyHub hub, Func<string, Task<bool>> taker) : IDisposable
    {
        public void Dispose() => hub._takers.Remove(taker);
    }
}
