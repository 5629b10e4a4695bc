using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>What is chosen is in the address, and the ways to choose.</summary>
public sealed partial class ConnectionsView
{
    [Parameter] public string? Provider { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "q")] public string? Query { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "sort")] public string? Sort { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "desc")] public int Descending { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "all")] public int All { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "how")] public int How { get; set; }

    private ConnectionStatus? Chosen => ConnectionStatusPolicy.Parse(State);

    private string SortKey => Sort ?? ConnectionOrder.Default;

    private bool Desc => Descending == 1;

    private void Filter(ChangeEventArgs e) => Go(new(Provider, State, e.Value?.ToString(), Sort, Desc, All == 1), replace: true);

    private void Choose(ConnectionStatus status) => Go(new(Provider, Chosen == status ? null : status.Key(), Query, Sort, Desc, All == 1), replace: true);

    private void Order(string key)
    {
        _list.Order.Release();
        Go(new(Provider, State, Query, key, SortKey == key && !Desc, All == 1), replace: true);
    }

    private void Fold() => Go(new(Provider, State, Query, Sort, Desc, _list.Folded), replace: true);

    private void Clear() => Go(new(Provider, null, null, Sort, Desc, All == 1), replace: true);

    private void OpenRow(string provider) => Go(new(provider, State, Query, Sort, Desc, All == 1), replace: Opened is not null);

    private void OpenHow(string provider) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
            new ConnectionsAddress(provider, State, Query, Sort, Desc, All == 1).Write(Navigation), new Dictionary<string, object?> { ["how"] = 1 }));

    private async Task Close()
    {
        var row = Provider;
        Go(new(null, State, Query, Sort, Desc, All == 1), replace: false);
        _stop = row;
        await Browser.FocusAsync($"#row-{row}");
    }

    private void Go(ConnectionsAddress address, bool replace) => Navigation.NavigateTo(address.Write(Navigation), new NavigationOptions { ReplaceHistoryEntry = replace });
}
