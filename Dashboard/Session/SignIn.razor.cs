namespace ControlPlane.Dashboard.Session;

/// <summary>Signs in with a token. The token is gone from the page once it was sent.</summary>
public sealed partial class SignIn
{
    private string _token = "";
    private string? _problem;
    private bool _ready;
    private bool _busy;

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        _ready = true;
        StateHasChanged();
    }

    private async Task Enter()
    {
        _busy = true;
        var answer = await Sessions.SignInAsync(_token);
        (_token, _problem, _busy) = ("", answer.Problem, false);
        if (answer.Role is { } role) State.SignedIn(role);
    }
}
