using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Keys;

/// <summary>Gives each key to whoever wants it: the one that asked last first. Tells too what else the browser says by itself.</summary>
public sealed class KeyHub
{
    private readonly List<Func<string, Task<bool>>> _takers = [];

    /// <summary>The browser went online or offline.</summary>
    public event Action<bool>? Online;

    /// <summary>False while the page is in a tab or a window that nobody sees.</summary>
    public bool IsVisible { get; private set; } = true;

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

    [JSInvokable]
    public void OnVisible(bool visible) => IsVisible = visible;

    private sealed class Subscription(KeyHub hub, Func<string, Task<bool>> taker) : IDisposable
    {
        public void Dispose() => hub._takers.Remove(taker);
    }
}
