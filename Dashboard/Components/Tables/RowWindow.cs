using ControlPlane.Dashboard.Browser;
using Microsoft.JSInterop;

namespace ControlPlane.Dashboard.Components;

/// <summary>Which rows of a long table are drawn: those in view and a few around them.</summary>
public sealed class RowWindow(BrowserBridge browser, string box, Action redraw) : IDisposable
{
    /// <summary>More rows than this are not all drawn.</summary>
    public const int From = 200;

    private const int Overscan = 12;
    private DotNetObjectReference<RowWindow>? _me;

    /// <summary>The first row that is drawn.</summary>
    public int First { get; private set; }

    public int Count { get; private set; } = 60;

    /// <summary>Pixels of a row.</summary>
    public int RowHeight { get; private set; } = 36;

    public static bool Cuts(int rows) => rows > From;

    public IEnumerable<T> Drawn<T>(IReadOnlyList<T> rows) => Cuts(rows.Count) ? rows.Skip(First).Take(Count) : rows;

    public int After(int rows) => Cuts(rows) ? Math.Max(0, rows - First - Count) : 0;

    public int Before(int rows) => Cuts(rows) ? First : 0;

    /// <summary>After a change of the rows.</summary>
    public void Fit(int rows)
    {
        if (First > 0 && First >= rows) First = 0;
    }

    /// <summary>After each drawing: a table that has grown long is watched from then on.</summary>
    public async Task WatchAsync(int rows)
    {
        if (!Cuts(rows) || _me is not null) return;
        _me = DotNetObjectReference.Create(this);
        await browser.WatchWindowAsync(box, _me);
    }

    /// <summary>The browser tells which rows are in view.</summary>
    [JSInvokable]
    public void OnWindow(int first, int count, int rowHeight)
    {
        (First, Count, RowHeight) = (Math.Max(0, first - Overscan), count + (2 * Overscan), rowHeight);
        redraw();
    }

    public void Dispose()
    {
        if (_me is null) return;
        _ = browser.UnwatchWindowAsync(box).AsTask();
        _me.Dispose();
    }
}
