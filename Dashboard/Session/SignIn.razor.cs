namespace ControlPlane.Dashboard.Session;

/// <summary>Signs in with a token, and out again. The token is gone from the page once it was sent.</summary>
public sealed partial class SignIn
{
    private string _token = "";
    private string? _role;
    private string? _problem;
    private bool _ready;
    private bool _busy;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _role = await Sessions.CurrentRoleAsync();
        _ready = true;
        StateHasChanged();
    }

    private async Task Enter()
    {
        _busy = true;
        var answer = await Sessions.SignInAsync(_token);
        (_token, _role, _problem, _busy) = ("", answer.Role, answer.Problem, false);
    }

    private async Task Leave()
    {
        _busy = true;
        _problem = await Sessions.SignOutAsync();
        (_role, _busy) = (_problem is null ? null : _role, false);
    }
}
