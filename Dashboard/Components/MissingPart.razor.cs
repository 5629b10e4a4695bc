using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Components;

/// <summary>A whole list that could not be read. Asks for it once, so that a person gets the answer's status and trace to look for.</summary>
public sealed partial class MissingPart<T>
{
    private readonly CancellationTokenSource _gone = new();
    private ApiResult<T>? _answer;
    private bool _asking;

    /// <summary>Its name, such as <c>Bots</c>.</summary>
    [Parameter, EditorRequired] public string What { get; set; } = "";

    [Parameter, EditorRequired] public UnavailableRow Gone { get; set; } = default!;

    /// <summary>Where it is read, such as <c>api/bots</c>.</summary>
    [Parameter, EditorRequired] public string Path { get; set; } = "";

    [Parameter, EditorRequired] public JsonTypeInfo<T> Form { get; set; } = default!;

    private string Route => Path.Split('?')[0];

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? AskAsync() : Task.CompletedTask;

    private async Task AskAsync()
    {
        _asking = true;
        StateHasChanged();
        _answer = await Api.GetAsync(Path, Form, _gone.Token);
        _asking = false;
        if (!_gone.IsCancellationRequested) StateHasChanged();
    }
}
