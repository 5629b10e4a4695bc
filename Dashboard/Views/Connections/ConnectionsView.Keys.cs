using ControlPlane.Contracts;
using ControlPlane.Dashboard.Keys;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>The keys of the view.</summary>
public sealed partial class ConnectionsView
{
    private const int PageRows = 10;

    private async Task<bool> OnKeyAsync(string key)
    {
        switch (key)
        {
            case "j" or "k":
                await MoveAsync(key == "j" ? 1 : -1, open: true);
                return true;
            case "ArrowDown" or "ArrowUp":
                await MoveAsync(key == "ArrowDown" ? 1 : -1, Opened is not null);
                return true;
            case "PageDown" or "PageUp":
                await MoveAsync(key == "PageDown" ? PageRows : -PageRows, Opened is not null);
                return true;
            case "Home" or "End":
                await MoveAsync(key == "Home" ? -Rows.Count : Rows.Count, Opened is not null);
                return true;
            case "Enter" when Stop is { } stop:
                OpenRow(stop);
                return true;
            case KeyMap.Escape when Opened is not null:
                await Close();
                return true;
            case KeyMap.Verify when Selected is { } row:
                if (Actions.WhyNotVerify(row) is { } why) Toasts.Say($"{row.Name}: not verified. {why}");
                else await Actions.VerifyAsync(row);
                return true;
            case KeyMap.CopyMissing when Opened is { MissingEnvVars.Count: > 0 } row:
                Toasts.Say(await Browser.CopyAsync(string.Join('\n', row.MissingEnvVars)) ? "Missing names copied" : "Copy was refused by the browser.");
                return true;
            case KeyMap.CopyLink:
                Toasts.Say(await Browser.CopyAsync(Navigation.Uri) ? "Link copied" : "Copy was refused by the browser.");
                return true;
            default:
                return false;
        }
    }

    private IntegrationRow? Selected => Opened ?? (_stop is not null && Store.Integrations.TryGetValue(_stop, out var row) ? row : null);

    private async Task MoveAsync(int by, bool open)
    {
        if (Rows.Count == 0) return;
        var at = -1;
        var from = Provider ?? _stop;
        for (var i = 0; i < Rows.Count && at < 0; i++)
        {
            if (Rows[i].Row.Provider == from) at = i;
        }

        var to = Math.Clamp(at < 0 ? 0 : at + by, 0, Rows.Count - 1);
        _stop = Rows[to].Row.Provider;
        if (open) OpenRow(_stop);
        StateHasChanged();
        await Browser.FocusRowAsync(Box, to, $"#row-{_stop}");
    }
}
