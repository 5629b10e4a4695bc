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

    [Parameter, SupplyParameterFromQuery(Name = "how")] public int How { get; set; }

    private Standing? Chosen => StandingPolicy.Parse(State);

    private string SortKey => Sort ?? ConnectionOrder.Default;

    private bool Desc => Descending == 1;

    // Newest and most come first by themselves.
    private bool Falls(string key) => Desc != (key is "verified" or "used" or "proof");

    private void Filter(ChangeEventArgs e) => Go(new(Provider, State, e.Value?.ToString(), Sort, Desc), replace: true);

    private void Choose(Standing standing) => Go(new(Provider, Chosen == standing ? null : standing.Key(), Query, Sort, Desc), replace: true);

    private void Order(string key)
    {
        _order.Release();
        Go(new(Provider, State, Query, key, SortKey == key && !Desc), replace: true);
    }

    private void Clear() => Go(new(Provider, null, null, Sort, Desc), replace: true);

    private void OpenRow(string provider) => Go(new(provider, State, Query, Sort, Desc), replace: Opened is not null);

    private void OpenHow(string provider) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
            new ConnectionsAddress(provider, State, Query, Sort, Desc).Write(Navigation), new Dictionary<string, object?> { ["how"] = 1 }));

    private async Task Close()
    {
        var row = Provider;
        Go(new(null, State, Query, Sort, Desc), replace: false);
        _stop = row;
        await Browser.FocusAsync($"#row-{row}");
    }

    private void Go(ConnectionsAddress address, bool replace) => Navigation.NavigateTo(address.Write(Navigation), new NavigationOptions { ReplaceHistoryEntry = replace });
}
