# Does all that PyNUT can with the upsd at port argv[1], and prints what comes of it, a line for each call.
import sys

from PyNUT import PyNUTClient, PyNUTError


def show(name, call, *arguments):
    try:
        result = call(*arguments)
    except PyNUTError as error:
        result = error
    if isinstance(result, dict):
        result = sorted(result.items())
    print(name, *arguments, "->", result)


def client(**who):
    return PyNUTClient(host="127.0.0.1", port=int(sys.argv[1]), **who)


anybody = client()
show("UPSes", anybody.GetUPSList)
show("variables", lambda ups: {name: value for name, value in anybody.GetUPSVars(ups).items()
                               if not name.startswith(b"driver.")}, "u")
show("writable", anybody.GetRWVars, "u")
show("commands", anybody.GetUPSCommands, "u")
show("clients", anybody.ListClients)
show("variables", anybody.GetUPSVars, "gone")
show("variables", anybody.GetUPSVars, "nosuch")
show("commands", anybody.GetUPSCommands, "nosuch")
show("set", anybody.SetRWVar, "u", "ups.id", "x")
show("run", anybody.RunUPSCommand, "u", "load.off")
show("FSD", anybody.FSD, "u")
print("version is of upsd:", anybody.ver().startswith(b"Network UPS Tools upsd "))
print("help:", anybody.help().split(b" ")[0])

admin = client(login="admin", password="pw")
show("set", admin.SetRWVar, "u", "ups.id", "second")
show("set", admin.SetRWVar, "u", "no.such", "x")
show("set", admin.SetRWVar, "u", "driver.name", "x")
show("run", admin.RunUPSCommand, "u", "load.off")
show("run", admin.RunUPSCommand, "u", "no.such")
show("set", client(login="admin", password="wrong").SetRWVar, "u", "ups.id", "x")
show("run", client(login="reader", password="pw").RunUPSCommand, "u", "load.off")
show("FSD", client(login="reader", password="pw").FSD, "u")
show("FSD", client(login="mon", password="pw").FSD, "u")
print("forced shutdown seen:", anybody.GetUPSVars("u")[b"ups.status"].startswith(b"FSD "))
