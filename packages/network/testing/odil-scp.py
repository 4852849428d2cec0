# odil as SCP of MPPS for one association. Usage: odil-scp.py PORT; prints what it was asked for.
import sys
import odil

association = odil.Association()
association.set_tcp_timeout(20)


def on_create(request):
    print("N-CREATE", request.get_affected_sop_class_uid(), flush=True)
    return 0


def on_set(request):
    print("N-SET", request.get_requested_sop_instance_uid(), flush=True)
    return 0


print("ready", flush=True)
association.receive_association("v4", int(sys.argv[1]))
dispatcher = odil.SCPDispatcher(association)
create_scp = odil.NCreateSCP(association)
create_scp.set_callback(on_create)
set_scp = odil.NSetSCP(association)
set_scp.set_callback(on_set)
dispatcher.set_ncreate_scp(create_scp)
dispatcher.set_nset_scp(set_scp)
try:
    while True:
        dispatcher.dispatch()
except (odil.AssociationReleased, odil.AssociationAborted):
    print("over", flush=True)
