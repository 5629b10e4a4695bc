using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Browser;

/// <summary>What only the browser can do. Not to be called while the page is prerendered.</summary>
public sealed class BrowserBridge(IJSRuntime script)
{
    /// <summary>Lets the page have colour for this long.</summary>
    public ValueTask LiveAsync(TimeSpan duration) => script.InvokeVoidAsync("observatory.live", duration.TotalMilliseconds);

    /// <summary>Shows in the tab how the system stands, and how many alerts nobody has acknowledged.</summary>
    public ValueTask TabAsync(string state, int alerts) => script.InvokeVoidAsync("observatory.tab", state, alerts);

    /// <summary>Whether this browser has notifications at all.</summary>
    public ValueTask<bool> MayNotifyAsync() => script.InvokeAsync<bool>("observatory.mayNotify");

    /// <summary>Asks the person; answers whether notifications are allowed.</summary>
    public ValueTask<bool> AskToNotifyAsync() => script.InvokeAsync<bool>("observatory.askToNotify");

    /// <summary>Shows a notification that opens the alert.</summary>
    public ValueTask NotifyAsync(string title, string body, string alertId) => script.InvokeVoidAsync("observatory.notify", title, body, alertId);

    /// <summary>True when the text is on the clipboard.</summary>
    public ValueTask<bool> CopyAsync(string text) => script.InvokeAsync<bool>("observatory.copy", text);

    /// <summary>The other theme, or the named one; answers which it is now.</summary>
    public ValueTask<string> ThemeAsync(string? name = null) => script.InvokeAsync<string>("observatory.theme", name);

    public ValueTask<string?> PreferenceAsync(string name) => script.InvokeAsync<string?>("observatory.preference", name);

    public ValueTask PreferAsync(string name, string value) => script.InvokeVoidAsync("observatory.prefer", name, value);

    /// <summary>Pairs of a moment in Unix milliseconds and the offset from UTC in minutes that began then.</summary>
    public ValueTask<double[]> OffsetsAsync() => script.InvokeAsync<double[]>("observatory.offsets");

    /// <summary>What was typed into this field before the program had loaded; asked once, it is forgotten. Empty while the page is prerendered.</summary>
    public string TakeTyped(string id) => script is IJSInProcessRuntime browser ? browser.Invoke<string>("observatory.takeTyped", id) : "";

    /// <summary>After the next paint.</summary>
    public ValueTask FocusAsync(string selector) => script.InvokeVoidAsync("observatory.focus", selector);

    /// <summary>Scrolls to the row of that number, and focuses it once it is drawn.</summary>
    public ValueTask FocusRowAsync(string box, int index, string selector) => script.InvokeVoidAsync("observatory.findRow", box, index, selector, true);

    /// <summary>Scrolls to the row of that number, and leaves the focus where it is.</summary>
    public ValueTask ShowRowAsync(string box, int index, string selector) => script.InvokeVoidAsync("observatory.findRow", box, index, selector, false);

    /// <summary>Scrolls to it after the next paint.</summary>
    public ValueTask RevealAsync(string selector) => script.InvokeVoidAsync("observatory.reveal", selector);

    public ValueTask OpenDialogAsync(string id) => script.InvokeVoidAsync("observatory.open", id);

    public ValueTask CloseDialogAsync(string id) => script.InvokeVoidAsync("observatory.close", id);

    /// <summary>Takes up the keyboard and says that the page is ready; answers whether the browser is online.</summary>
    public ValueTask<bool> StartAsync<T>(DotNetObjectReference<T> keys, bool singleKeys)
        where T : class => script.InvokeAsync<bool>("observatory.start", keys, singleKeys);

    public ValueTask StopAsync() => script.InvokeVoidAsync("observatory.stop");

    public ValueTask SingleKeysAsync(bool on) => script.InvokeVoidAsync("observatory.singleKeys", on);

    public ValueTask WatchWindowAsync<T>(string id, DotNetObjectReference<T> list)
        where T : class => script.InvokeVoidAsync("observatory.watchWindow", id, list);

    public ValueTask UnwatchWindowAsync(string id) => script.InvokeVoidAsync("observatory.unwatchWindow", id);
}
