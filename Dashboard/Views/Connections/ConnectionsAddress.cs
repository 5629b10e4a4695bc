using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>The view's address: everything that was chosen is in it, so that a link shows the same.</summary>
public sealed record ConnectionsAddress(string? Provider, string? State, string? Query, string? Sort, bool Descending, bool All = false)
{
    public string Write(NavigationManager navigation) =>
        navigation.GetUriWithQueryParameters(
            navigation.ToAbsoluteUri(Provider is null ? "connections" : $"connections/{Uri.EscapeDataString(Provider)}").AbsoluteUri,
            new Dictionary<string, object?>
            {
                ["state"] = State,
                ["q"] = string.IsNullOrEmpty(Query) ? null : Query,
                ["sort"] = Sort is null or ConnectionOrder.Default ? null : Sort,
                ["desc"] = Descending ? "1" : null,
                ["all"] = All ? "1" : null,
            });
}
